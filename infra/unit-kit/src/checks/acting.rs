//! What the unit does at the platform.
use super::answering::tried;
use super::{Found, Kit, accepted};
use crate::book::Mood;
use crate::way::{Signed, Way};
use contracts::unit_documents::UnitNotice;
use std::time::Duration;

/// How often a document that was not taken comes again here, and how soon.
const TRIES: usize = 8;
const PAUSE: Duration = Duration::from_secs(1);

pub(super) async fn duplicate(kit: &Kit) -> Found {
    let order = kit.order(1, true, Mood::Well);
    let document = order.assigned();
    tried!(accepted(&kit.tell(&document, Signed::Well).await?, "the first"));
    let before = tried!(kit.signed(order.id()).await).len();
    let again = kit.tell(&document, Signed::Well).await?;
    tried!(accepted(&again, "a repeat must be taken like the first, but"));
    Ok(kit
        .nothing_more(order.id(), before, "a repeat had a second effect")
        .await)
}

pub(super) async fn out_of_order(kit: &Kit) -> Found {
    let order = kit.order(1, true, Mood::Well);
    let revoked = order.told(UnitNotice::Revoked, 1, 120);
    tried!(accepted(&kit.tell(&revoked, Signed::Well).await?, "`revoked`"));
    let assigned = order.assigned();
    tried!(accepted(
        &kit.tell(&assigned, Signed::Well).await?,
        "what came late"
    ));
    Ok(kit
        .nothing_more(order.id(), 0, "it acted on an order that was taken away from it")
        .await)
}

pub(super) async fn old_generation(kit: &Kit) -> Found {
    let order = kit.order(2, true, Mood::Well);
    let newer = order.told(UnitNotice::Assigned, 2, 120);
    tried!(accepted(
        &kit.tell(&newer, Signed::Well).await?,
        "the newer generation"
    ));
    let before = tried!(kit.signed(order.id()).await).len();
    let older = order.assigned();
    tried!(accepted(
        &kit.tell(&older, Signed::Well).await?,
        "the older generation"
    ));
    Ok(kit
        .nothing_more(order.id(), before, "it acted on an earlier generation")
        .await)
}

pub(super) async fn slow_platform(kit: &Kit) -> Found {
    let order = kit.order(1, true, Mood::Slow(kit.slow));
    let told = kit.tell(&order.assigned(), Signed::Well).await?;
    if matches!(kit.way, Way::Webhook { .. }) && (told.took >= kit.slow / 2 || !told.accepted) {
        return Ok(Err(format!(
            "the call took {} ms and was {}: it must be answered before the work is done",
            told.took.as_millis(),
            told.how
        )));
    }
    tried!(accepted(&told, "while the platform was slow"));
    tried!(kit.signed(order.id()).await);
    Ok(Ok(()))
}

pub(super) async fn platform_away(kit: &Kit) -> Found {
    let order = kit.order(1, true, Mood::Away(2));
    let document = order.assigned();
    for _ in 0..TRIES {
        // A unit that does not take it gets it again, under the same id.
        if kit.tell(&document, Signed::Well).await?.accepted {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let signed = kit.signed(order.id()).await;
    Ok(signed
        .map(drop)
        .map_err(|why| format!("after 503 the order was lost: {why}")))
}

pub(super) async fn refused(kit: &Kit) -> Found {
    // The platform is at generation 2 already; the unit cannot know.
    let order = kit.order(2, true, Mood::Well);
    tried!(accepted(
        &kit.tell(&order.assigned(), Signed::Well).await?,
        "the order"
    ));
    kit.book
        .wait(order.id(), kit.patience, |done| !done.is_empty())
        .await;
    let done = kit.settled(order.id()).await;
    for one in &done {
        let times = done.iter().filter(|other| other.verb == one.verb).count();
        if times > 1 {
            return Ok(Err(format!(
                "it said {} {times} times, although `stale_generation` will not change",
                one.verb
            )));
        }
    }
    Ok(Ok(()))
}

pub(super) async fn helping(kit: &Kit) -> Found {
    let order = kit.order(1, false, Mood::Well);
    let mut document = order.assigned();
    document.data.lead = false;
    tried!(accepted(&kit.tell(&document, Signed::Well).await?, "the order"));
    let done = kit.settled(order.id()).await;
    let wrong = done.iter().find(|done| done.status != 200);
    Ok(wrong.map_or(Ok(()), |done| {
        Err(done.fault.clone().unwrap_or_else(|| {
            format!(
                "`lead` is false, and it said {}: units that help say `parts`",
                done.verb
            )
        }))
    }))
}

pub(super) async fn rework(kit: &Kit) -> Found {
    let order = kit.order(1, true, Mood::Well);
    tried!(accepted(
        &kit.tell(&order.assigned(), Signed::Well).await?,
        "the order"
    ));
    let before = tried!(kit.signed(order.id()).await).len();
    let mut again = order.told(UnitNotice::Reworked, 1, 120);
    again.data.rework = 1;
    again.data.note = Some("来电人称仍未解决".into());
    tried!(accepted(&kit.tell(&again, Signed::Well).await?, "`reworked`"));
    let done = kit
        .book
        .wait(order.id(), kit.patience, |done| done.len() > before)
        .await;
    if done.len() == before {
        return Ok(Err("an order came back, and it did nothing about it".into()));
    }
    kit.settled(order.id()).await;
    Ok(Ok(()))
}
