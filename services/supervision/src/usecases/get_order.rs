//! One order with its clocks and the reasons of their due times.
use crate::domain::{Clock, Order, sentences};
use crate::store;
use crate::usecases::CalendarShelf;
use contracts::ids::OrderId;
use contracts::words::ClockName;
use db::{Db, DbError};
use worktime::Lang;

/// An order as people look at it.
pub struct OrderWithClocks {
    /// The order.
    pub order: Order,
    /// The newest clock of each name, with the reason of its due time.
    pub clocks: Vec<(Clock, Vec<String>)>,
}

/// The order, if it is known.
///
/// # Errors
/// When the database fails.
pub async fn get_order(
    db: &Db,
    shelf: &CalendarShelf,
    order_id: OrderId,
    lang: Lang,
) -> Result<Option<OrderWithClocks>, DbError> {
    let Some(order) = store::orders::get(db.pool(), order_id).await? else {
        return Ok(None);
    };
    let all = store::clocks::read(db.pool(), order_id).await?;
    let mut conn = db.pool().acquire().await?;
    let calendars = shelf.look(&mut conn).await?;
    let newest = |name| {
        let named = all.iter().filter(move |clock| clock.name == name);
        named
            .max_by_key(|clock| (clock.generation, clock.rework))
            .cloned()
    };
    let clocks = ClockName::ALL.iter().filter_map(|name| newest(*name));
    let clocks = clocks.map(|clock| {
        let reason = sentences(&clock, &calendars, order.cited(&clock), lang);
        (clock, reason)
    });
    let clocks = clocks.collect();
    Ok(Some(OrderWithClocks { order, clocks }))
}
