//! One document in two formats: what is an array in JSON is a list of named elements in XML.
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use serde_json::Value;

/// The document with its declaration.
pub(super) fn document(root: &str, value: &Value) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::new(Vec::new());
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    element(&mut writer, root, value)?;
    Ok(writer.into_inner())
}

fn element(writer: &mut Writer<Vec<u8>>, name: &str, value: &Value) -> std::io::Result<()> {
    if value.is_null() {
        return writer.write_event(Event::Empty(BytesStart::new(name)));
    }
    writer.write_event(Event::Start(BytesStart::new(name)))?;
    match value {
        Value::Array(items) => {
            for item in items {
                element(writer, item_of(name), item)?;
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                element(writer, name, member)?;
            }
        }
        Value::String(text) => writer.write_event(Event::Text(BytesText::new(&legal(text))))?,
        other => writer.write_event(Event::Text(BytesText::new(&other.to_string())))?,
    }
    writer.write_event(Event::End(BytesEnd::new(name)))
}

/// `services` → `service`, `service_requests` → `request`.
fn item_of(list: &str) -> &str {
    let last = list.rsplit('_').next().unwrap_or(list);
    last.strip_suffix('s').unwrap_or(last)
}

/// Characters that no XML document may hold are replaced.
fn legal(text: &str) -> String {
    let bad = |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.replace(bad, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_have_named_items_and_texts_are_escaped() {
        let value = json!([{ "code": "a<b", "text": "x\u{1}&", "none": null, "values": [{ "key": 1 }] }]);
        let text = String::from_utf8(document("service_requests", &value).unwrap()).unwrap();
        assert_eq!(
            text,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><service_requests><request><code>a&lt;b</code><none/>\
             <text>x\u{fffd}&amp;</text><values><value><key>1</key></value></values></request></service_requests>"
        );
    }
}
