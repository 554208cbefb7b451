//! What a caller says later is masked like the complaint itself: without the name and the number that they gave then.
use crate::domain::ComplaintId;
use crate::domain::reveal::Field;
use crate::store::identities;
use crate::vault::Vault;
use db::{Conn, DbError};

/// The text without numbers of phones and identity cards, and without the caller's own name and numbers. A field that does
/// not open is reported, and the rest is masked all the same.
pub(super) async fn masked(
    conn: &mut Conn,
    vault: &Vault,
    complaint_id: ComplaintId,
    text: &str,
) -> Result<String, DbError> {
    let stored = identities::get(conn, &[complaint_id])
        .await?
        .remove(&complaint_id);
    let Some((_, Some(identity))) = stored else {
        return Ok(telemetry::redact::mask_numbers(text).into_owned());
    };
    let fields = [
        (Field::Name, &identity.name),
        (Field::Phone, &identity.phone),
        (Field::SecondPhone, &identity.second_phone),
    ];
    let secrets: Vec<String> = fields
        .into_iter()
        .filter_map(|(field, sealed)| Some((field, sealed.as_ref()?)))
        .filter_map(|(field, sealed)| {
            let opened = vault.open(complaint_id, field, identity.key_version, sealed);
            opened
                .inspect_err(|error| {
                    tracing::error!(complaint.id = %complaint_id, %field, %error, "a sealed field does not open");
                })
                .ok()
        })
        .collect();
    let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
    Ok(telemetry::redact::mask_all(text, &secrets).into_owned())
}
