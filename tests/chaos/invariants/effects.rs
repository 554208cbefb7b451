//! Every fact of every service was taken by every service that hears it, and nobody took anything else. That its
//! effect came once is asked where the effect is: `orders`, `units`, `states`, `timeline`, `clocks`.
use super::{Aftermath, Checked};
use all_in_one::platform::SERVICES;
use async_nats::jetstream::consumer::PullConsumer;
use contracts::shard::Shard;
use contracts::subjects::Namespace;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub async fn check(aftermath: &Aftermath<'_>) -> anyhow::Result<Vec<Checked>> {
    let mut facts: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for service in SERVICES {
        let rows: Vec<(String, Uuid)> = sqlx::query_as("select event_type, event_id from journal")
            .fetch_all(&aftermath.databases[service])
            .await?;
        for (event_type, event) in rows {
            facts.entry(event_type).or_default().push(event);
        }
    }
    let (mut broken, mut effects) = (Vec::new(), 0);
    for service in SERVICES {
        let heard = hears(aftermath, service).await?;
        let expected: BTreeSet<Uuid> = facts
            .iter()
            .filter(|(event_type, _)| heard.matches(event_type))
            .flat_map(|(_, events)| events.iter().copied())
            .collect();
        let taken: BTreeSet<Uuid> = sqlx::query_scalar::<_, Uuid>("select event_id from inbox")
            .fetch_all(&aftermath.databases[service])
            .await?
            .into_iter()
            .collect();
        effects += expected.len();
        broken.extend(
            expected
                .difference(&taken)
                .map(|id| format!("{service} never took {id}")),
        );
        broken.extend(
            taken
                .difference(&expected)
                .map(|id| format!("{service} took {id}, which nobody published for it")),
        );
    }
    Ok(vec![
        Checked::new("every fact was taken by everybody who hears it", effects, broken),
        numbered_without_gaps(aftermath).await?,
    ])
}

/// The subjects of a service's consumers, as the server has them.
struct Hears(BTreeSet<String>);

impl Hears {
    fn matches(&self, event_type: &str) -> bool {
        let family = event_type
            .rsplit_once('.')
            .map_or(event_type, |(family, _)| family);
        self.0.contains(">") || self.0.contains(&format!("{family}.>"))
    }
}

async fn hears(aftermath: &Aftermath<'_>, service: &str) -> anyhow::Result<Hears> {
    let jetstream = aftermath.cluster.transport().await?;
    let mut subjects = BTreeSet::new();
    for shard in Shard::all() {
        let consumer: PullConsumer = jetstream
            .get_consumer_from_stream(Namespace::durable(service, shard), "EVENTS")
            .await?;
        let config = &consumer.cached_info().config;
        let all = config
            .filter_subjects
            .iter()
            .chain(std::iter::once(&config.filter_subject))
            .filter(|subject| !subject.is_empty());
        subjects.extend(all.map(|subject| subject.trim_start_matches(&format!("evt.{shard}.")).to_owned()));
    }
    anyhow::ensure!(!subjects.is_empty(), "{service} hears nothing");
    Ok(Hears(subjects))
}

/// In each journal, the facts of a line are numbered 1, 2, 3, … in the order of their ids.
async fn numbered_without_gaps(aftermath: &Aftermath<'_>) -> anyhow::Result<Checked> {
    let (mut broken, mut lines) = (Vec::new(), 0);
    for (service, pool) in aftermath.databases {
        let wrong: Vec<String> = sqlx::query_scalar(
            "select format('%s: number %s stands at place %s', key, sequence, place)
             from (select key, sequence, row_number() over (partition by key order by id) as place from journal) as numbered
             where sequence <> place limit 20",
        )
        .fetch_all(pool)
        .await?;
        let keys: i64 = sqlx::query_scalar("select count(distinct key) from journal")
            .fetch_one(pool)
            .await?;
        lines += usize::try_from(keys)?;
        broken.extend(wrong.into_iter().map(|line| format!("{service}: {line}")));
    }
    Ok(Checked::new(
        "each line of each journal is numbered 1, 2, 3, …",
        lines,
        broken,
    ))
}
