//! A report as a page that can be printed: no scripts, nothing from elsewhere.
use super::views::{ReportView, TableView};
use super::xlsx::title;
use crate::domain::reports::Cell;
use std::fmt::Write as _;
use web::Lang;

/// How pages to print look.
pub(in crate::api) const STYLE: &str = "body{font-family:'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:2em;color:#111}\
    h1{font-size:1.4em}h2{font-size:1.1em;margin-top:1.6em}table{border-collapse:collapse;width:100%;font-size:.9em}\
    th,td{border:1px solid #999;padding:.25em .5em;text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums}\
    thead{display:table-header-group}tr{break-inside:avoid}@media print{body{margin:0}}";

/// The page.
pub(super) fn page(report: &ReportView, lang: Lang) -> String {
    let mut out = String::new();
    let heading = escape(&title(report));
    let as_of = report.as_of.format("%Y-%m-%d %H:%M");
    let known = lang.pick("As of", "数据截至");
    let _ = write!(
        out,
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{heading}</title><style>{STYLE}</style>\
         </head><body><h1>{heading}</h1><p>{known} {as_of}</p>",
        lang.tag()
    );
    for one in &report.tables {
        table(&mut out, one, lang);
    }
    out.push_str("</body></html>");
    out
}

fn table(out: &mut String, table: &TableView, lang: Lang) {
    let _ = write!(out, "<h2>{}</h2>", escape(&table.title));
    if table.rows.is_empty() {
        let _ = write!(out, "<p>{}</p>", lang.pick("None.", "无。"));
        return;
    }
    out.push_str("<table><thead><tr>");
    for column in &table.columns {
        let _ = write!(out, "<th>{}</th>", escape(&column.title));
    }
    out.push_str("</tr></thead><tbody>");
    for row in &table.rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = match cell {
                Cell::Text(text) => write!(out, "<td>{}</td>", escape(text)),
                Cell::Words(en, zh) => write!(out, "<td>{}</td>", lang.pick(en, zh)),
                Cell::Count(count) => write!(out, "<td class=\"n\">{count}</td>"),
                Cell::Number(value) => write!(out, "<td class=\"n\">{value:.2}</td>"),
                Cell::Nothing => write!(out, "<td>–</td>"),
            };
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
}

/// What people wrote is no markup.
pub(in crate::api) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_people_wrote_is_no_markup() {
        assert_eq!(super::escape("<b>\"&"), "&lt;b&gt;&quot;&amp;");
    }
}
