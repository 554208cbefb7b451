//! What a handler reads of a request stands in its OpenAPI document: a query string that is not in `params(…)` is silently left out.
use crate::source::{self, SERVICES};

/// What stands between `open` and the bracket that closes it.
fn inside<'a>(text: &'a str, open: &str) -> Option<&'a str> {
    let start = text.find(open)? + open.len();
    let mut depth = 1;
    let end = text[start..].char_indices().find(|(_, c)| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    Some(&text[start..start + end?.0])
}

/// Handlers whose query string is in no document, by the name of its type.
fn undocumented(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for after in text.split("#[utoipa::path").skip(1) {
        let Some(document) = inside(after, "(") else {
            continue;
        };
        let handler = after.split_once("fn ").map_or("", |(_, handler)| handler);
        let Some(arguments) = inside(handler, "(") else {
            continue;
        };
        let query = arguments
            .split_once("Query<")
            .and_then(|(_, query)| query.split('>').next());
        let Some(query) = query else { continue };
        let params = inside(document, "params(").unwrap_or_default();
        if !params.contains(query) && !params.contains(", Query") {
            found.push(query.to_owned());
        }
    }
    found
}

#[test]
fn query_strings_are_documented() {
    let mut missing = Vec::new();
    for service in SERVICES {
        for source in source::below(&format!("services/{service}/src/api")) {
            let found = undocumented(&source.text);
            missing.extend(found.iter().map(|query| format!("{}: {query}", source.path)));
        }
    }
    assert!(missing.is_empty(), "name them in `params(…)`: {missing:#?}");
}

#[test]
fn an_undocumented_query_is_recognised() {
    let handler = "pub async fn list(State(ctx): State<Ctx>, Query(wanted): Query<Wanted>) -> Answer {";
    for (document, missing) in [
        (
            "#[utoipa::path(get, path = \"/v1/x\", responses((status = 200, body = X)))]",
            1,
        ),
        (
            "#[utoipa::path(get, path = \"/v1/{u}/x\", params((\"u\" = String, Path)))]",
            1,
        ),
        ("#[utoipa::path(get, path = \"/v1/x\", params(Wanted))]", 0),
        (
            "#[utoipa::path(get, path = \"/v1/x\", params((\"after\" = Option<String>, Query)))]",
            0,
        ),
    ] {
        let text = format!("{document}\n{handler}");
        assert_eq!(undocumented(&text).len(), missing, "{document}");
    }
}
