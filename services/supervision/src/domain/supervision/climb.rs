//! What the facts of an order make of its supervision order: it ends, is answered by the unit, rises by silence, begins
//! or rises by a trigger. Pure; called in the transaction of the fact, or of the timer.
use super::{Identity, Means, Refused, Sight, State, SupervisionOrder, Why};
use crate::domain::Order;
use crate::domain::policies::{MetBy, When};
use contracts::words::RaisedTo;

/// What was done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Climbed {
    /// Supervision orders that came to their end.
    pub ended: Vec<SupervisionOrder>,
    /// The one that goes on.
    pub live: Option<SupervisionOrder>,
    /// Why something could not be opened yet.
    pub waits: Option<String>,
}

/// Follows the facts of `order`, which stood as `before`. `sights` are triggers that have come true and had no effect
/// yet; `in_time` = the timer has fired, so silence has its effect. `name` names a new one.
pub fn climb(
    live: Option<SupervisionOrder>,
    (order, before): (&Order, Option<&Order>),
    (sights, in_time): (&[Sight<'_>], bool),
    name: &mut dyn FnMut() -> Identity,
    means: &Means<'_>,
) -> Climbed {
    let mut done = Climbed {
        live,
        ..Climbed::default()
    };
    if let Some(live) = done.live.as_mut().filter(|live| live.is_live()) {
        if let Err(reason) = follow(live, order, before, means) {
            done.waits = Some(reason);
        } else if in_time && live.answer_until().is_some_and(|until| until <= means.now) {
            done.waits = silence(live, order, means).err();
        }
    }
    if done.live.as_ref().is_some_and(|live| !live.is_live()) {
        done.ended.extend(done.live.take());
    }
    for sight in sights {
        if let Err(reason) = pull(&mut done.live, order, sight, name, means) {
            done.waits = Some(reason);
        }
    }
    done
}

/// The order ended, went to another unit, or its unit acted.
fn follow(
    live: &mut SupervisionOrder,
    order: &Order,
    before: Option<&Order>,
    means: &Means<'_>,
) -> Result<(), String> {
    let by_ladder = |text: &str| Why::ladder("", text, Vec::new());
    if let Some((outcome, _)) = order.closed {
        live.end(
            "order_closed",
            &by_ladder(&format!("工单已办结（{outcome}）")),
            means,
        );
        return Ok(());
    }
    if let Some(lead) = order.lead_unit()
        && live.unit.as_ref() != Some(lead)
    {
        live.end(
            "reassigned",
            &by_ladder(&format!("工单已改由 {lead} 办理")),
            means,
        );
        return Ok(());
    }
    let Some(rung) = &mut live.rung else {
        return Ok(());
    };
    if live.state == State::Open {
        rung.set(order, means)?;
    }
    let acted = match rung.met_by {
        MetBy::Evidence => false,
        MetBy::Progress => before.is_some_and(|before| before.heard != order.heard),
        MetBy::Reply => before.is_some_and(|before| before.replied != order.replied),
    };
    if acted && let Some(unit) = live.unit.clone() {
        unit_answers(live, &format!("unit:{unit}"), means);
    }
    Ok(())
}

/// The unit's own act answers the rung; with nothing else proposed, that was all that was wanted.
fn unit_answers(live: &mut SupervisionOrder, unit: &str, means: &Means<'_>) {
    if !matches!(live.state, State::Open | State::Overdue) {
        return;
    }
    let asks_more = live.rung.as_ref().is_some_and(|rung| !rung.evidence.is_empty());
    if asks_more
        || live
            .answer(unit, "承办单位已办理反馈", Vec::new(), means)
            .is_err()
    {
        return;
    }
    if live.proposed.is_none() {
        live.end("carried_out", &Why::ladder("", "已按要求反馈", Vec::new()), means);
    }
}

/// The limit of the rung has passed: the next one opens, is proposed, or a person decides.
fn silence(live: &mut SupervisionOrder, order: &Order, means: &Means<'_>) -> Result<(), String> {
    let next = means.ladder.level(live.level).and_then(|level| level.next);
    let next = next.and_then(|next| means.ladder.level(next));
    let why = Why::ladder("silence", "", Vec::new());
    // Nothing is written before it is known that the next rung can be opened.
    if let Some(next) = next.filter(|next| !next.by_person) {
        super::Rung::open(next, order, means)?;
    }
    live.expire(means);
    match next {
        None => Ok(()),
        Some(next) if next.by_person => {
            live.propose_higher(next.level, &why, means);
            Ok(())
        }
        Some(next) => live
            .escalate(order, next.level, &why, means)
            .map_err(|refused| refused.to_string()),
    }
}

/// A trigger begins a supervision order, raises it, or adds a step to it.
fn pull(
    live: &mut Option<SupervisionOrder>,
    order: &Order,
    sight: &Sight<'_>,
    name: &mut dyn FnMut() -> Identity,
    means: &Means<'_>,
) -> Result<(), String> {
    let trigger = sight.trigger;
    let why = Why::ladder(&trigger.code, "", sight.evidence());
    let level = trigger.level;
    let by_person = means.ladder.level(level).is_some_and(|level| level.by_person);
    let done: Result<(), Refused> = match live {
        Some(present) if by_person && present.rises_to(level) => {
            present.propose_higher(level, &why, means);
            Ok(())
        }
        Some(present) if present.rises_to(level) && present.level <= level => {
            present.escalate(order, level, &why, means)
        }
        Some(present) => {
            present.notice(&why, means);
            Ok(())
        }
        None if by_person => {
            *live = Some(SupervisionOrder::propose(name(), order, level, &why, means));
            Ok(())
        }
        None => SupervisionOrder::open(name(), order, level, &why, means).map(|new| *live = Some(new)),
    };
    done.map_err(|refused| refused.to_string())?;
    if let (When::Raised(when), Some(present)) = (trigger.when, live) {
        present.leaders |= when.raised == RaisedTo::Leaders;
    }
    Ok(())
}
