//! What a supervisor does about an order that nobody owns: units are summoned, meet, and name the owner.
use crate::Platform;
use crate::people::text;
use serde_json::{Value, json};
use testkit::Role;

impl Platform {
    /// Summons units about orders for the next day; answers the path of the consultation.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn summons(&self, orders: &[&str], units: &[&str], on_site: bool) -> String {
        let meets_at = self.world.clock.now() + chrono::TimeDelta::days(1);
        let summons = json!({ "orders": orders, "units": units, "question": "明确管护单位", "meets_at": meets_at,
                              "meets_where": "现场", "on_site": on_site });
        let desk = self.supervision.http(Role::Supervisor);
        let opened = desk.post("/v1/consultations", summons).await.expect(201).body;
        self.settle().await;
        format!("/v1/consultations/{}", text(&opened, "consultation_id"))
    }

    /// They met, these came.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn met(&self, consultation: &str, came: &[&str], minutes: &str) -> Value {
        let path = format!("{consultation}/minutes");
        let said = json!({ "came": came, "minutes": minutes });
        let desk = self.supervision.http(Role::Supervisor);
        desk.post(&path, said).await.expect(200).body
    }

    /// The consultation rules, and everybody hears of it; answers how it stands then.
    ///
    /// # Panics
    /// When supervision refuses it.
    pub async fn rules(&self, consultation: &str, ruling: Value) -> Value {
        let desk = self.supervision.http(Role::Supervisor);
        desk.post(&format!("{consultation}/ruling"), ruling)
            .await
            .expect(201);
        self.settle().await;
        desk.get(consultation).await.expect(200).body
    }
}
