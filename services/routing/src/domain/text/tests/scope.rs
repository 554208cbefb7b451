//! The intake scope of a city without past orders: what is not accepted is proposed by its keywords, for a person to confirm.
use super::*;
use crate::config;
use crate::domain::text::Proposal;
use crate::pack;
use std::path::Path;

#[test]
fn each_kind_that_is_not_accepted_is_proposed_without_past_orders() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cities/changsha");
    let snapshot = pack::read(&pack::read_folder(&folder).unwrap(), 28_800).unwrap();
    assert!(snapshot.past_orders.is_empty());
    let directory = Directory::new(1, snapshot).unwrap();
    let config = config::shipped();
    let index = TextIndex::new(&directory, &config.lexicon, &[]);
    let question = Question {
        accepted_at: "2026-03-02T04:00:00Z".parse().unwrap(),
        kind: None,
        urgency: None,
        matter: None,
        place: crate::domain::decide::Place::default(),
        facts: std::collections::BTreeMap::new(),
        excluded: Vec::new(),
        concluded: None,
    };
    let (declined, transferred) = (Some(Proposal::Declined), Some(Proposal::Transferred));
    for (text, class, proposal) in [
        ("你们帮我找关系通融一下，把罚单消了", "BS01", declined),
        ("想请你们帮我查别人住址", "BS02", declined),
        ("某科长吃拿卡要，还受贿", "BS03", declined),
        ("法院判决下来了，我要上诉，你们给改一下", "BS04", declined),
        ("我要提交信息公开申请，公开批文", "BS05", declined),
        ("地下车库管道漏水，邻居不让修", "BS06", declined),
        ("还是上次那件事，我不服答复", "BS07", declined),
        ("有人拿刀打架", "ZJ01", transferred),
        ("楼道着火了，有人被困", "ZJ02", transferred),
        ("老人晕倒昏迷", "ZJ03", transferred),
        ("路口两车追尾，撞车了", "ZJ04", transferred),
        ("想找律师问法律援助", "ZJ05", transferred),
        ("路灯不亮", "", None),
    ] {
        let (asked, decision) = decided(&directory, &index, &config, &question, ("反映一件事", text));
        let concluded = asked.concluded.unwrap();
        let scope = concluded.scope.clone().filter(|_| concluded.proposal.is_some());
        let found = scope.as_ref().map_or("", |scope| scope.code.as_str());
        assert_eq!(
            (found, concluded.proposal),
            (class, proposal),
            "{text}: {concluded:?}"
        );
        assert!(decision.lead().is_none(), "a person confirms: {text}");
        if let Some(scope) = scope {
            assert!(!scope.advice.is_empty(), "{scope:?}");
            assert!(
                scope.confidence.value() < 0.9,
                "few words are never quite sure: {scope:?}"
            );
        }
    }
}
