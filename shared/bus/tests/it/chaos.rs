//! The promise as one property: many lines, several replicas, every kind of trouble, one after another while
//! facts keep coming. For each line the numbers take effect as 1, 2, 3, … with nothing lost and nothing twice.
use crate::effects::Trouble;
use crate::relay::own_nats;
use crate::rig::{Rig, Running, eventually, keys};
use bus::dead_letters as letters;
use std::sync::Arc;
use tokio::task::JoinSet;
use uuid::Uuid;

const LINES: usize = 320;
const PHASES: usize = 6;
const ROUNDS_PER_PHASE: usize = 3;

/// Writers that share the lines, so that several facts of a line can come from several transactions at once.
fn write_a_phase(rig: &Arc<Rig>, lines: &[Uuid]) -> JoinSet<()> {
    let mut writers = JoinSet::new();
    for writer in 0..ROUNDS_PER_PHASE {
        let (rig, mut mine) = (Arc::clone(rig), lines.to_vec());
        mine.rotate_left(writer * 37);
        writers.spawn(async move {
            for part in mine.chunks(20) {
                rig.append(part).await;
            }
        });
    }
    writers
}

async fn effects(rig: &Rig) -> i64 {
    rig.count("select count(*) from effects").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_each_line_takes_effect_in_order_and_once() {
    let (mut nats, _folder) = own_nats("chaos").await;
    let rig = Arc::new(Rig::on(&nats, "").await);
    rig.provision().await;
    let lines = keys(LINES);
    for (n, key) in lines.iter().enumerate().filter(|(n, _)| n % 16 == 0) {
        let trouble = [Trouble::Retry, Trouble::Dead, Trouble::Violation, Trouble::Panic][n / 16 % 4];
        rig.troubles.give(*key, 4, trouble);
    }
    let mut running = Running::default();
    let first = running.add(rig.replica("a").await);
    running.add(rig.replica("b").await);

    for phase in 0..PHASES {
        let before = effects(&rig).await;
        let writers = write_a_phase(&rig, &lines);
        eventually("it flows", || async { effects(&rig).await > before }).await;
        match phase {
            0 => rig.troubles.database_away(true),
            1 => {
                rig.troubles.database_away(false);
                nats.kill().await.unwrap();
                nats.restart().await.unwrap();
            }
            2 => {
                first.abort();
                running.add(rig.replica("c").await);
            }
            3 => {
                nats.stop().await.unwrap();
                nats.restart().await.unwrap();
                running.add(rig.replica("d").await);
            }
            _ => {}
        }
        writers.join_all().await;
        if phase == 0 {
            rig.troubles.database_away(false);
        }
    }

    heal(&rig, &lines).await;
    let facts = i64::try_from(LINES * PHASES * ROUNDS_PER_PHASE).unwrap();
    assert!(facts >= 5_000);
    eventually("every fact took effect", || async {
        effects(&rig).await >= facts
    })
    .await;
    eventually("an empty outbox", || async {
        rig.count("select count(*) from outbox").await == 0
    })
    .await;
    running.stop().await;
    rig.assert_every_fact_once_and_in_order().await;
    assert_eq!(rig.count("select count(*) from held_messages").await, 0);
}

/// Ends every trouble; a person replays what was parked meanwhile.
async fn heal(rig: &Rig, lines: &[Uuid]) {
    eventually("dead events are parked", || async {
        rig.count("select count(*) from dead_letters").await > 0
    })
    .await;
    for (_, key) in lines.iter().enumerate().filter(|(n, _)| n % 16 == 0) {
        rig.troubles.remove(*key, 4);
    }
    eventually("nothing is parked", || async {
        let parked = letters::list(rig.pool()).await.unwrap();
        for letter in &parked {
            letters::replay(rig.pool(), letter.dead_letter_id, "a person")
                .await
                .unwrap();
        }
        parked.is_empty() && effects(rig).await >= rig.count("select count(*) from journal").await
    })
    .await;
}
