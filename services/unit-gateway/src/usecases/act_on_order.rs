//! A unit acts on its order: sign, respond, progress, ask for a return, for time, for rest or for help, reply. Hot path; one slice serves many units.
//!
//! The same action with the same content in the same round has one effect, however often it is sent. Notes on the
//! progress, requests and parts may truly be repeated: with an idempotency key, the key says what is the same. A unit
//! that signs has received its documents, even when our own record of the delivery is a moment behind.
use super::repeats::{content, digest, is_repeated};
use super::tell_lead::{PartTold, tell_leads};
use crate::domain::action::{Action, Effect};
use crate::domain::handling::{ActRefusal, Handling};
use crate::events;
use crate::store::actions::ActionRow;
use crate::store::{actions, attachments, deliveries, documents, handlings};
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use contracts::ids::{ExtensionId, OrderId, ReturnId, SuspensionId, UnitCode};
use db::{Conn, DbError, Results, Work};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// What a unit asks.
#[derive(Clone, Debug)]
pub struct ActOnOrder {
    /// Who.
    pub unit: UnitCode,
    /// On what.
    pub order_id: OrderId,
    /// The generation it knows.
    pub generation: i32,
    /// What.
    pub action: Action,
    /// The key the unit chose for this action and its repeats.
    pub key: Option<String>,
    /// Generation and round on which it acts, when it said so.
    pub expected: Option<(i32, i32)>,
}

impl ActOnOrder {
    /// What a key is unique for: the order, the unit and the verb.
    fn keyed(&self) -> Option<Keyed> {
        let key = self.key.clone()?;
        Some((self.order_id, self.unit.0.clone(), self.action.verb(), key))
    }
}

type Keyed = (OrderId, String, &'static str, String);

/// How the order stands after it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Acted {
    /// The order.
    pub order_id: OrderId,
    /// Where it stands.
    pub state: &'static str,
    /// The current generation.
    pub generation: i32,
    /// Its round.
    pub rework: i32,
    /// The return request, when this was one.
    pub return_id: Option<ReturnId>,
    /// The extension request under review.
    pub extension_id: Option<ExtensionId>,
    /// The suspension request under review.
    pub suspension_id: Option<SuspensionId>,
}

/// The use case.
#[derive(Clone, Copy, Debug)]
pub struct ActOnOrders;

impl Work for ActOnOrders {
    const NAME: &'static str = "act_on_order";
    type Command = ActOnOrder;
    type Output = Acted;
    type Refusal = ActRefusal;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<ActOnOrder>],
    ) -> Result<Results<Self>, DbError> {
        let mut table = Loaded::load(conn, commands).await?;
        let results: Results<Self> = commands.iter().map(|asked| table.act(now, asked)).collect();
        for (Asked { command, .. }, result) in commands.iter().zip(&results) {
            if let Err(refusal) = result {
                // The audit line: a refused action leaves nothing else.
                tracing::info!(unit = %command.unit, order.id = %command.order_id, generation = command.generation, verb = command.action.verb(), %refusal, "action of a unit refused");
            }
        }
        table.save(conn, now).await?;
        Ok(results)
    }
}

struct Loaded {
    handlings: HashMap<OrderId, Handling>,
    /// Units that neither lead nor help, but had a document of the order.
    former: HashSet<(OrderId, String)>,
    /// Rounds in which an action had its effect.
    done: HashMap<(OrderId, Vec<u8>), Vec<i32>>,
    /// How often units asked for a return; read when one asks.
    asked: HashMap<(OrderId, String, i32), u32>,
    /// Digests of the actions that used a key.
    keys: HashMap<Keyed, Vec<u8>>,
    /// Evidence that is named and exists.
    evidence: HashSet<(OrderId, String, Uuid)>,
    changed: BTreeSet<OrderId>,
    signed: BTreeMap<OrderId, UnitCode>,
    actions: Vec<ActionRow>,
    /// Leads that must hear of a part.
    parts: Vec<PartTold>,
    facts: Vec<bus::Fact>,
}

impl Loaded {
    async fn load(conn: &mut Conn, commands: &[Asked<ActOnOrder>]) -> Result<Self, DbError> {
        let distinct: BTreeSet<Uuid> = commands
            .iter()
            .map(|asked| asked.command.order_id.uuid())
            .collect();
        let handlings = handlings::lock(conn, &distinct.into_iter().collect::<Vec<_>>()).await?;
        let strangers = commands.iter().map(|asked| &asked.command).filter(|command| {
            handlings
                .get(&command.order_id)
                .is_some_and(|h| h.lead() != &command.unit && !h.is_co_handler(&command.unit))
        });
        let (orders, units): (Vec<Uuid>, Vec<String>) =
            strangers.map(|c| (c.order_id.uuid(), c.unit.0.clone())).unzip();
        let former = if orders.is_empty() {
            HashSet::new()
        } else {
            documents::known(conn, &orders, &units).await?
        };
        // Signing twice is seen in the state; only actions with content need their history.
        let with_content = commands
            .iter()
            .map(|asked| &asked.command)
            .filter(|command| command.action != Action::Sign);
        let (orders, digests): (Vec<Uuid>, Vec<Vec<u8>>) = with_content
            .map(|c| (c.order_id.uuid(), digest(c).to_vec()))
            .unzip();
        let done = if orders.is_empty() {
            HashMap::new()
        } else {
            actions::known(conn, &orders, &digests).await?
        };
        let keyed: Vec<Keyed> = commands
            .iter()
            .filter_map(|asked| asked.command.keyed())
            .collect();
        let keys = if keyed.is_empty() {
            HashMap::new()
        } else {
            actions::with_keys(conn, keyed).await?
        };
        let returning: Vec<Uuid> = commands
            .iter()
            .filter(|asked| matches!(asked.command.action, Action::RequestReturn { .. }))
            .map(|asked| asked.command.order_id.uuid())
            .collect();
        let asked = if returning.is_empty() {
            HashMap::new()
        } else {
            actions::returns_asked(conn, &returning).await?
        };
        Ok(Self {
            handlings,
            former,
            done,
            asked,
            keys,
            evidence: evidence(conn, commands).await?,
            changed: BTreeSet::new(),
            signed: BTreeMap::new(),
            actions: Vec::new(),
            parts: Vec::new(),
            facts: Vec::new(),
        })
    }

    fn act(
        &mut self,
        now: DateTime<Utc>,
        Asked { cause, command }: &Asked<ActOnOrder>,
    ) -> Result<Acted, ActRefusal> {
        let ActOnOrder {
            unit,
            order_id,
            generation,
            action,
            ..
        } = command;
        let handling = self.handlings.get_mut(order_id).ok_or(ActRefusal::UnknownOrder)?;
        let knows = self.former.contains(&(*order_id, unit.0.clone()));
        handling.admit(unit, *generation, action, knows)?;
        handling.expect(command.expected)?;
        let mut digest = digest(command);
        let keyed = command.keyed();
        if let Some(used) = keyed.as_ref().and_then(|keyed| self.keys.get(keyed)) {
            return if used[..] == digest {
                Ok(acted(handling))
            } else {
                Err(ActRefusal::KeyReused)
            };
        }
        let rounds = self.done.entry((*order_id, digest.to_vec())).or_default();
        if is_repeated(handling, unit, action, rounds) {
            return Ok(acted(handling));
        }
        let fresh = Uuid::now_v7();
        let asked = (*order_id, unit.0.clone(), *generation);
        let before = self.asked.get(&asked).copied().unwrap_or_default();
        handling.may_ask(action, before)?;
        let known = |id: &Uuid| self.evidence.contains(&(*order_id, unit.0.clone(), *id));
        if !action.attachments().iter().all(known) {
            return Err(ActRefusal::UnknownAttachment);
        }
        let effects = handling.act(action, fresh, now)?;
        let answer = acted(handling);
        if effects.is_empty() {
            return Ok(answer);
        }
        if rounds.contains(&handling.rework) {
            // Asked once more after a refusal, in the same words.
            digest = Sha256::digest([&digest[..], fresh.as_bytes()].concat()).into();
        }
        rounds.push(handling.rework);
        if effects.contains(&Effect::ReturnRequested(ReturnId(fresh))) {
            self.asked.insert(asked, before + 1);
        }
        if effects.contains(&Effect::Signed) {
            self.signed.insert(*order_id, unit.clone());
        }
        if let Action::CoReply { text, .. } = action {
            self.parts.push(PartTold::new(handling, unit, text, cause));
        }
        self.facts
            .extend(events::acted(handling, unit, action, &effects, now, cause));
        self.actions.push(ActionRow {
            order_id: *order_id,
            digest,
            unit: unit.0.clone(),
            generation: *generation,
            rework: handling.rework,
            verb: action.verb(),
            content: content(action),
            key: command.key.clone(),
        });
        if let Some(keyed) = keyed {
            self.keys.insert(keyed, digest.to_vec());
        }
        self.changed.insert(*order_id);
        Ok(answer)
    }

    async fn save(self, conn: &mut Conn, now: DateTime<Utc>) -> Result<(), DbError> {
        let changed: Vec<&Handling> = self
            .changed
            .iter()
            .filter_map(|order_id| self.handlings.get(order_id))
            .collect();
        handlings::save(conn, &changed).await?;
        actions::insert(conn, now, &self.actions).await?;
        tell_leads(conn, now, self.parts).await?;
        let signed: Vec<(OrderId, UnitCode)> = self.signed.into_iter().collect();
        let proven = if signed.is_empty() {
            Vec::new()
        } else {
            deliveries::of_orders(conn, &signed).await?
        };
        let arrived = deliveries::delivered(conn, now, &proven, None).await?;
        // Delivered comes before signed, in the line of the order.
        let mut facts: Vec<bus::Fact> = arrived.iter().filter_map(events::delivered).collect();
        facts.extend(self.facts);
        bus::outbox::append(conn, &facts).await
    }
}

/// Of the evidence that the commands name, what their units gave to their orders.
async fn evidence(
    conn: &mut Conn,
    commands: &[Asked<ActOnOrder>],
) -> Result<HashSet<(OrderId, String, Uuid)>, DbError> {
    let named: Vec<(OrderId, String, Uuid)> = commands
        .iter()
        .map(|asked| &asked.command)
        .flat_map(|command| {
            let named = command.action.attachments().iter();
            named.map(|id| (command.order_id, command.unit.0.clone(), *id))
        })
        .collect();
    if named.is_empty() {
        return Ok(HashSet::new());
    }
    attachments::known(conn, &named).await
}

fn acted(handling: &Handling) -> Acted {
    Acted {
        order_id: handling.order_id,
        state: handling.state.as_str(),
        generation: handling.generation,
        rework: handling.rework,
        return_id: handling.return_id,
        extension_id: handling.extension_id,
        suspension_id: handling.suspension_id,
    }
}
