//! What a newcomer sees when everything runs.
use crate::city::Imported;
use crate::issuer;
use crate::links::Links;
use crate::platform::Servers;
use std::fmt::Write as _;
use std::time::Duration;
use web::auth::Role;
use web::dev_issuer::DevIssuer;

const INTERFACES: [(&str, u16, &str); 5] = [
    (
        "intake",
        8101,
        "complaints, orders, followers, the identity vault",
    ),
    (
        "routing",
        8102,
        "the directory, decisions, the manual queue, returns",
    ),
    ("unit-gateway", 8103, "what units receive and do"),
    ("callback", 8104, "callbacks and their answers"),
    ("supervision", 8105, "timeline, clocks, what is late"),
];

pub(crate) fn text(
    issuer: &DevIssuer,
    directory: &Imported,
    (servers, links): (&Servers, &Links),
    took: Duration,
) -> String {
    let mut text = format!(
        "\nThe platform runs (started in {:.1} s). Ctrl-C ends it; the data stay.\n\n",
        took.as_secs_f64()
    );
    for (name, port, what) in INTERFACES {
        let _ = writeln!(
            text,
            "  {name:<13} http://127.0.0.1:{port}/v1/openapi.json   {what}"
        );
    }
    let _ = writeln!(
        text,
        "  health        http://127.0.0.1:9101/readyz … :9105   /metrics beside it"
    );
    let _ = writeln!(
        text,
        "  issuer        {}/.well-known/openid-configuration",
        issuer::ISSUER
    );
    let _ = writeln!(
        text,
        "  PostgreSQL    {}/intake   NATS {}",
        servers.postgres, servers.nats
    );
    let _ = writeln!(
        text,
        "  directory     version {} ({})\n",
        directory.version,
        directory.folder.display()
    );
    for link in &links.peers {
        let (peer, port) = (&link.peer, links.port.unwrap_or_default());
        let _ = match &link.url {
            Some(_) => writeln!(
                text,
                "  hotline {peer}: our servers connect to its own (links/{peer}.url)"
            ),
            None => writeln!(
                text,
                "  hotline {peer}: its servers connect to nats-leaf://{peer}:<secrets/nats-peer-{peer}>@127.0.0.1:{port}"
            ),
        };
    }
    let _ = writeln!(
        text,
        "A token per role, good for twelve hours (`target/debug/hotline token --role <role>` prints another):\n"
    );
    for role in Role::ALL.into_iter().filter(|role| role.is_for_people()) {
        let unit = (role == Role::UnitOperator).then_some(directory.example_unit.as_str());
        let _ = writeln!(
            text,
            "  {}={}",
            role.as_str().to_uppercase(),
            issuer::token(issuer, role, unit)
        );
    }
    let _ = writeln!(
        text,
        "\nTry this in another terminal:\n\n  AGENT=$(target/debug/hotline token --role agent)\n  \
         curl -s http://127.0.0.1:8101/v1/complaints -H \"Authorization: Bearer $AGENT\" -H 'Content-Type: application/json' \\\n    \
         -d '{}'\n\nor `make demo`: {} sample complaints, and where each went.\n",
        directory.first_complaint, directory.complaints
    );
    text
}
