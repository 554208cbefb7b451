//! Body of `sign` 签收.
use super::{ActionBody, Wanted, body};
use crate::domain::action::Action;
use serde::Deserialize;
use utoipa::ToSchema;
use web::Problem;

/// The unit takes the order.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignRequest {
    /// Generation of the document.
    #[schema(example = 1, minimum = 1)]
    pub generation: i32,
}

impl ActionBody for SignRequest {
    fn check(self) -> Result<Wanted, Problem> {
        Ok(Wanted {
            generation: body::generation(self.generation)?,
            action: Action::Sign,
        })
    }
}
