//! `GET /v1/peers/nats-configuration`: what stands in the configuration of our NATS servers for the links that there are.
use super::error;
use crate::ctx::Ctx;
use crate::domain::peer_account::{self, LinkConfiguration};
use crate::usecases::keep_peers;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Json, Problem};

/// Pieces of a NATS configuration. Passwords and addresses come from the environment of the server and are not in it.
#[derive(Serialize, ToSchema)]
pub(super) struct LinkConfigurationBody {
    /// Inside `accounts { … }`: PEERS, and an account for each link.
    accounts: String,
    /// Inside `leafnodes { authorization { … } }`: peers whose servers connect to ours. Keep those that do.
    users: String,
    /// Inside `leafnodes { … }`: peers to whose servers ours connect. Keep those that we connect to.
    remotes: String,
}

/// What stands in the configuration of the NATS servers for all active hotlines that are reached over NATS: an account for each
/// link, through which passes what is said between the two in their own names and nothing else.
#[utoipa::path(
    get, path = "/v1/peers/nats-configuration",
    responses((status = 200, body = LinkConfigurationBody))
)]
pub(super) async fn nats_configuration(
    State(ctx): State<Ctx>,
) -> Result<Json<LinkConfigurationBody>, Problem> {
    let linked = keep_peers::linked(&ctx.db).await;
    let linked = linked.map_err(|problem| error::database(&problem))?;
    let LinkConfiguration {
        accounts,
        users,
        remotes,
    } = peer_account::configuration(&ctx.transfers.own_code, &linked);
    Ok(Json(LinkConfigurationBody {
        accounts,
        users,
        remotes,
    }))
}
