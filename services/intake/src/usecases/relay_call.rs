//! A unit uses its token: the number comes out of the vault for the relay's provider, and the use is written down before
//! and after. A refusal is an output, not a refusal of the use case: its line must be committed.
use super::open_relay::allowed;
use super::reveal_identity::{Look, RevealIdentity, Revealed};
use crate::domain::OrderId;
use crate::domain::caller::masked_phone;
use crate::domain::relay::{CallOutcome, ContactRefusal, RelayCall};
use crate::domain::reveal::{Field, Looker, Purpose};
use crate::store::relays;
use chrono::{DateTime, Utc};
use contracts::cause::Asked;
use db::{Conn, DbError, Results, Work};
use std::convert::Infallible;
use std::fmt;
use uuid::Uuid;

/// The use case.
#[derive(Clone, Debug)]
pub struct BeginCall {
    /// Opens the vault.
    pub reveal: RevealIdentity,
}

/// A call that a unit wants.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// The same id is the same call.
    pub call_id: Uuid,
    /// The token.
    pub relay_token: Uuid,
    /// The order.
    pub order_id: OrderId,
    /// The unit.
    pub unit: String,
    /// Of its assignment.
    pub generation: i32,
    /// The unit's phone, which is rung first.
    pub from: String,
    /// Subject of the unit's person or key.
    pub by: String,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({})", self.call_id)
    }
}

impl Call {
    fn line(&self, outcome: CallOutcome, why: Option<String>, now: DateTime<Utc>) -> RelayCall {
        RelayCall {
            call_id: self.call_id,
            relay_token: self.relay_token,
            called_by: self.by.clone(),
            from_masked: masked_phone(&self.from),
            outcome,
            why,
            called_at: now,
        }
    }
}

/// What is to be done.
#[derive(Clone, PartialEq, Eq)]
pub enum Begun {
    /// Ask the provider to connect the unit with this number.
    Connect(String),
    /// The provider has it already.
    Connected,
    /// No contact.
    Refused(ContactRefusal),
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(_) => f.write_str("Connect(***)"),
            Self::Connected => f.write_str("Connected"),
            Self::Refused(refusal) => write!(f, "Refused({refusal})"),
        }
    }
}

impl Work for BeginCall {
    const NAME: &'static str = "begin_relay_call";
    type Command = Call;
    type Output = Begun;
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Call>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        // A person's request, one at a time.
        for asked in commands {
            results.push(Ok(self.begin(conn, now, asked).await?));
        }
        Ok(results)
    }
}

impl BeginCall {
    async fn begin(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        Asked { command: call, cause }: &Asked<Call>,
    ) -> Result<Begun, DbError> {
        let Some(relay) = relays::lock(conn, call.relay_token).await? else {
            return Ok(Begun::Refused(ContactRefusal::TokenUnknown));
        };
        match relays::call(conn, call.call_id).await? {
            Some((token, _)) if token != call.relay_token => {
                return Ok(Begun::Refused(ContactRefusal::CallReused));
            }
            Some((_, CallOutcome::Connected)) => return Ok(Begun::Connected),
            _ => {}
        }
        let usable = relay.usable((call.order_id, &call.unit, call.generation), now);
        let allowed = match usable {
            Ok(()) => allowed(conn, call.order_id, (&call.unit, call.generation)).await?,
            Err(refusal) => Err(refusal),
        };
        let begun = match allowed {
            Ok(()) => self.number(conn, now, call, cause).await?,
            Err(refusal) => Begun::Refused(refusal),
        };
        let line = match &begun {
            Begun::Refused(refusal) => call.line(CallOutcome::NotAllowed, Some(refusal.to_string()), now),
            _ => call.line(CallOutcome::Begun, None, now),
        };
        relays::put_call(conn, &line, now).await?;
        Ok(begun)
    }

    async fn number(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        call: &Call,
        cause: &contracts::cause::Cause,
    ) -> Result<Begun, DbError> {
        let Some(complaint_id) = relays::complaint_of(conn, call.order_id).await? else {
            return Ok(Begun::Refused(ContactRefusal::OrderUnknown));
        };
        let look = Look {
            complaint_id,
            field: Field::Phone,
            purpose: Purpose::Contact,
            reason: format!("relay call {} of unit {}", call.call_id, call.unit),
            looked_by: call.by.clone(),
            roles: vec!["unit_operator".to_owned()],
            lookers: vec![Looker::Relay],
        };
        let asked = Asked {
            cause: cause.clone(),
            command: look,
        };
        let revealed = self.reveal.apply(conn, now, &[asked]).await?.pop();
        Ok(match revealed {
            Some(Ok(Revealed::Value(phone))) => Begun::Connect(phone),
            Some(Ok(Revealed::Refused)) => Begun::Refused(ContactRefusal::Confidential),
            Some(Ok(Revealed::Unreadable)) => Begun::Refused(ContactRefusal::Unreadable),
            Some(Ok(Revealed::Absent)) | None => Begun::Refused(ContactRefusal::NoNumber),
            Some(Err(never)) => match never {},
        })
    }
}

/// Writes down what came of a call; its command is the call, the outcome, and why it was not connected.
#[derive(Clone, Copy, Debug)]
pub struct EndCall;

impl Work for EndCall {
    const NAME: &'static str = "end_relay_call";
    type Command = (Call, CallOutcome, Option<String>);
    type Output = ();
    type Refusal = Infallible;

    async fn apply(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
        commands: &[Asked<Self::Command>],
    ) -> Result<Results<Self>, DbError> {
        let mut results = Vec::with_capacity(commands.len());
        for Asked {
            command: (call, outcome, why),
            ..
        } in commands
        {
            let line = call.line(*outcome, why.clone(), now);
            relays::put_call(conn, &line, now).await?;
            results.push(Ok(()));
        }
        Ok(results)
    }
}
