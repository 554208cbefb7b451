//! What the unit answers, whatever it does later.
use super::{Found, Kit, accepted};
use crate::book::Mood;
use crate::orders;
use crate::way::Signed;
use serde_json::json;

/// Ends the check with what was found.
macro_rules! tried {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(why) => return Ok(Err(why)),
        }
    };
}
pub(super) use tried;

pub(super) async fn delivery(kit: &Kit) -> Found {
    let order = kit.order(1, true, Mood::Well);
    let told = kit.tell(&order.assigned(), Signed::Well).await?;
    // What it did wrong may be why it did not take the order.
    if let Some(fault) = kit.book.about(order.id()).into_iter().find_map(|done| done.fault) {
        return Ok(Err(fault));
    }
    tried!(accepted(&told, "a correct order was not taken"));
    tried!(kit.signed(order.id()).await);
    Ok(Ok(()))
}

pub(super) async fn ping(kit: &Kit) -> Found {
    let message = &orders::asyncapi()["components"]["messages"]["ping"]["examples"][0]["payload"];
    let mut ping = message.clone();
    ping["id"] = json!(uuid::Uuid::new_v4());
    ping["data"]["unit"] = json!(kit.book.unit());
    let told = kit.tell_raw(&ping, Signed::Well).await?;
    Ok(accepted(&told, "a test call was not answered well"))
}

async fn refuses(kit: &Kit, signed: Signed, what: &str) -> Found {
    let order = kit.order(1, true, Mood::Well);
    let told = kit.tell(&order.assigned(), signed).await?;
    if told.accepted {
        return Ok(Err(format!(
            "{what} was taken ({}); anybody could send it orders",
            told.how
        )));
    }
    if !(400..500).contains(&told.status) {
        return Ok(Err(format!("{what} was not refused with 401 but {}", told.how)));
    }
    Ok(kit
        .nothing_more(order.id(), 0, &format!("{what} was refused, and acted on"))
        .await)
}

pub(super) async fn wrong_signature(kit: &Kit) -> Found {
    refuses(kit, Signed::Wrongly, "a call signed with another secret").await
}

pub(super) async fn changed_body(kit: &Kit) -> Found {
    refuses(kit, Signed::Changed, "a call changed on the way").await
}

pub(super) async fn unsigned(kit: &Kit) -> Found {
    refuses(kit, Signed::Not, "a call without signature").await
}

pub(super) async fn old_timestamp(kit: &Kit) -> Found {
    refuses(kit, Signed::Ago(600), "a call of ten minutes ago").await
}

pub(super) async fn secret_replaced(kit: &Kit) -> Found {
    let order = kit.order(1, true, Mood::Well);
    let told = kit.tell(&order.assigned(), Signed::Rotated).await?;
    Ok(accepted(
        &told,
        "one of several signatures fits, and the call was not taken",
    ))
}

pub(super) async fn unknown_type(kit: &Kit) -> Found {
    let (order_id, document) = orders::of_the_future(kit.book.unit());
    let told = kit.tell_raw(&document, Signed::Well).await?;
    tried!(accepted(
        &told,
        "a type it does not know was not taken, so it comes again and holds back what is later"
    ));
    Ok(kit
        .nothing_more(order_id, 0, "it acted on a type that it cannot know")
        .await)
}
