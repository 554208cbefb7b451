//! `intake.order.follower_added` → `follow_order`: one more who is to get the result.
use crate::usecases::follow_order::{Command, FollowOrder, Told};
use bus::Heard;
use contracts::envelope::Envelope;
use contracts::intake::OrderFollowerAddedV1;

pub(super) fn heard() -> Heard<FollowOrder> {
    bus::heard(|event: Envelope<OrderFollowerAddedV1>| {
        let data = event.data;
        Command {
            order_id: data.order_id,
            told: Told::Followed {
                complaint_id: data.complaint_id,
                complaint_number: data.complaint_number,
                reachable: data.caller.is_some(),
            },
        }
    })
}
