//! A case that a hotline offers and that was registered here before it: by hand when it was handed over by voice, or by an
//! earlier offer. Asked when we say yes, so that the number that is told exists, and when the case has become ours.
use crate::domain::complaint::Receipt;
use crate::domain::transfer::Transfer;
use crate::domain::{Channel, OrderId};
use crate::store::{orders, repeats};
use db::{Conn, DbError};

/// What is registered under the number of the hotline that offers it.
pub(super) struct KnownCase {
    pub(super) receipt: Receipt,
    /// The first of its orders that is open, else the open one that it follows; locked.
    pub(super) open: Option<OrderId>,
}

/// By which channel and under which number the case stands here. What a hotline above hands down is the province's.
pub(super) fn source(transfer: &Transfer, above: &[String]) -> (Channel, String) {
    if above.contains(&transfer.peer) {
        (Channel::Province, transfer.sender_number.clone())
    } else {
        let number = format!("{}/{}", transfer.peer, transfer.sender_number);
        (Channel::Hotline, number)
    }
}

pub(super) async fn find(
    conn: &mut Conn,
    transfer: &Transfer,
    above: &[String],
) -> Result<Option<KnownCase>, DbError> {
    let (channel, number) = source(transfer, above);
    let found = repeats::find(conn, &[], &[(channel, &number)]).await?;
    let Some(receipt) = found.into_iter().next().map(|earlier| earlier.receipt) else {
        return Ok(None);
    };
    let ids: Vec<OrderId> = receipt
        .orders
        .iter()
        .chain(&receipt.follows)
        .map(|order| order.order_id)
        .collect();
    let known = orders::get_for_update(conn, &ids).await?;
    let is_open = |id: &OrderId| known.get(id).is_some_and(|(order, _)| order.state.is_open());
    let open = ids.into_iter().find(is_open);
    Ok(Some(KnownCase { receipt, open }))
}
