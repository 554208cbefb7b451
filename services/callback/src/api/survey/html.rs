//! The pages as HTML: no scripts, no addresses of others, readable on any phone.
use super::{Other, SurveyForm};
use crate::usecases::messages::Survey;
use web::Lang;

const STYLE: &str = "body{font:18px/1.6 sans-serif;max-width:34em;margin:0 auto;padding:1em}fieldset{border:0;margin:1em 0;padding:0}legend{font-weight:bold}label{display:block;padding:.4em 0}textarea{width:100%;font:inherit}button{font:inherit;padding:.6em 2em}.missing{color:#b00020}";

/// Text that cannot become markup.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

fn document(lang: Lang, title: &str, body: &str) -> String {
    let tag = lang.pick("en", "zh-CN");
    format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>{body}</body></html>"
    )
}

/// One question with its answers; what was chosen stays chosen.
fn question(name: &str, text: &str, answers: &[(&str, &str)], chosen: &str) -> String {
    let options: String = answers
        .iter()
        .map(|(value, label)| {
            let checked = if *value == chosen { " checked" } else { "" };
            format!("<label><input type=\"radio\" name=\"{name}\" value=\"{value}\" required{checked}> {label}</label>")
        })
        .collect();
    format!("<fieldset><legend>{text}</legend>{options}</fieldset>")
}

/// Number and title of an order; a confidential one has no title.
fn about(survey: &Survey) -> String {
    let mut text = escaped(&survey.number);
    if !survey.confidential && !survey.title.is_empty() {
        text += " ";
        text += &escaped(&survey.title);
    }
    text
}

/// What the answer is for: all of it is shown, and the form says what was.
fn orders(lang: Lang, survey: &Survey, too: &[Other]) -> (String, String) {
    if too.is_empty() {
        return (format!("<p>{}</p>", about(survey)), String::new());
    }
    let lines: String = std::iter::once(survey)
        .chain(too.iter().map(|other| &other.survey))
        .map(|one| format!("<li>{}</li>", about(one)))
        .collect();
    let for_all = lang.pick("Your answer is for all of these:", "您的评价适用于以下全部事项：");
    let shown = too
        .iter()
        .map(|other| format!("<input type=\"hidden\" name=\"too\" value=\"{}\">", other.name))
        .collect();
    (format!("<p>{for_all}</p><ul>{lines}</ul>"), shown)
}

/// The form; `again` says that a question is not answered.
pub(super) fn form(
    lang: Lang,
    (survey, too): (&Survey, &[Other]),
    given: &SurveyForm,
    again: bool,
) -> String {
    let yes_no = lang.pick([("yes", "Yes"), ("no", "No")], [("yes", "是"), ("no", "否")]);
    let degrees = lang.pick(
        [
            ("satisfied", "Satisfied"),
            ("basically_satisfied", "Basically satisfied"),
            ("not_satisfied", "Not satisfied"),
        ],
        [
            ("satisfied", "满意"),
            ("basically_satisfied", "基本满意"),
            ("not_satisfied", "不满意"),
        ],
    );
    let (about, shown) = orders(lang, survey, too);
    let missing = if again {
        let text = lang.pick("Please answer all four questions.", "请回答全部四个问题。");
        format!("<p class=\"missing\">{text}</p>")
    } else {
        String::new()
    };
    let questions = [
        question(
            "contacted",
            lang.pick("Did the responsible unit contact you?", "承办单位是否联系过您？"),
            &yes_no,
            &given.contacted,
        ),
        question(
            "solved",
            lang.pick("Is your matter solved?", "您反映的问题是否解决？"),
            &yes_no,
            &given.solved,
        ),
        question(
            "result",
            lang.pick("Are you satisfied with the result?", "您对办理结果是否满意？"),
            &degrees,
            &given.result,
        ),
        question(
            "attitude",
            lang.pick("Are you satisfied with the attitude?", "您对服务态度是否满意？"),
            &degrees,
            &given.attitude,
        ),
    ]
    .concat();
    let remark = lang.pick(
        "What else should we know? (no names or numbers)",
        "其他意见（请勿填写姓名和号码）",
    );
    let send = lang.pick("Send", "提交");
    let body = format!(
        "{about}{missing}<form method=\"post\">{shown}{questions}<fieldset><legend>{remark}</legend><textarea name=\"remark\" rows=\"4\" maxlength=\"500\">{}</textarea></fieldset><button type=\"submit\">{send}</button></form>",
        escaped(&given.remark)
    );
    document(
        lang,
        lang.pick("12345 Hotline: your opinion", "12345热线满意度评价"),
        &body,
    )
}

/// After the answer.
pub(super) fn thanks(lang: Lang) -> String {
    let text = lang.pick(
        "Thank you, your answer has been recorded.",
        "感谢您的评价，我们已记录。",
    );
    document(
        lang,
        lang.pick("12345 Hotline", "12345热线"),
        &format!("<p>{text}</p>"),
    )
}

/// One page for everything that is wrong with a link.
pub(super) fn spent(lang: Lang) -> String {
    let text = lang.pick(
        "This link is not valid or no longer valid. Please call 12345.",
        "链接无效或已失效，如有需要请拨打12345。",
    );
    document(
        lang,
        lang.pick("12345 Hotline", "12345热线"),
        &format!("<p>{text}</p>"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn nothing_that_is_shown_becomes_markup_and_confidential_orders_have_no_title() {
        let survey = Survey {
            callback_id: Uuid::nil(),
            number: "26-1".to_owned(),
            title: "<script>alert('x')</script>".to_owned(),
            confidential: false,
        };
        let given = SurveyForm {
            solved: "no".to_owned(),
            remark: "\"</textarea><b>&".to_owned(),
            ..SurveyForm::default()
        };
        let page = form(Lang::Zh, (&survey, &[]), &given, true);
        assert!(
            !page.contains("<script") && !page.contains("</textarea><b>"),
            "{page}"
        );
        assert!(page.contains("value=\"no\" required checked") && page.contains("请回答全部四个问题"));
        let secret = Survey {
            confidential: true,
            title: "某人违法".to_owned(),
            ..survey.clone()
        };
        let other = Other {
            name: "x7".to_owned(),
            survey: secret.clone(),
        };
        let page = form(Lang::En, (&survey, std::slice::from_ref(&other)), &given, false);
        assert!(page.contains("<li>26-1</li>") && !page.contains("某人违法"));
        assert!(page.contains("name=\"too\" value=\"x7\"") && !page.contains(&Uuid::nil().to_string()));
        assert!(!form(Lang::En, (&secret, &[]), &given, false).contains("某人违法"));
    }
}
