//! Packs as workbooks and in other encodings: the same bytes as from CSV; and files that must not be opened.
use super::{Files, encode, read, read_folder};
use runtime::embedded::ThrowAway;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;

const OFFSET_SECS: i32 = 28_800;

fn sample_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/cities/sample")
}

fn larger_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/zhengzhou")
}

fn content(files: &Files) -> (Vec<u8>, String) {
    encode(&read(files, OFFSET_SECS).unwrap_or_else(|faults| panic!("{faults}"))).unwrap()
}

fn faults(files: &Files) -> String {
    let faults = read(files, OFFSET_SECS).unwrap_err();
    faults.list().iter().map(|fault| format!("{fault}\n")).collect()
}

/// A table as a clerk's workbook has it: codes as numbers, days as dates, times as times.
fn fill(sheet: &mut Worksheet, csv: &str) {
    let date = Format::new().set_num_format("yyyy-mm-dd");
    let time = Format::new().set_num_format("hh:mm");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_bytes());
    let mut headers: Vec<String> = Vec::new();
    for (row, record) in (0_u32..).zip(reader.records().map(Result::unwrap)) {
        if row == 0 {
            headers = record.iter().map(str::to_owned).collect();
        }
        for (column, text) in (0_u16..).zip(record.iter()) {
            let header = headers[usize::from(column)].as_str();
            let is_time = row > 0 && matches!(header, "开始" | "结束") && text != "24:00";
            let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
            if is_time {
                let at = ExcelDateTime::parse_from_str(text).unwrap();
                sheet.write_datetime_with_format(row, column, &at, &time).unwrap();
            } else if header.ends_with("效日期") && text.len() == 10 {
                let day = ExcelDateTime::parse_from_str(text).unwrap();
                sheet
                    .write_datetime_with_format(row, column, &day, &date)
                    .unwrap();
            } else if is_number && !text.starts_with('0') {
                sheet
                    .write_number(row, column, text.parse::<f64>().unwrap())
                    .unwrap();
            } else if !text.is_empty() {
                sheet.write_string(row, column, text).unwrap();
            }
        }
    }
}

/// Every table of a folder in one workbook, and what is no table beside it.
fn as_one_workbook(folder: &Path) -> Files {
    let (mut book, mut files) = (Workbook::new(), Files::default());
    for (name, text) in read_folder(folder).unwrap().0 {
        match name.strip_suffix(".csv") {
            Some(stem) => {
                let title = if stem == "duties" { "派单目录" } else { stem };
                fill(book.add_worksheet().set_name(title).unwrap(), &text);
            }
            None => files.add(&name, text.into_bytes()),
        }
    }
    book.add_worksheet().set_name("Sheet1").unwrap();
    files.add("我市派单目录.xlsx", book.save_to_buffer().unwrap());
    files
}

/// One workbook per table, in a folder on disk.
fn as_many_workbooks(folder: &Path, into: &Path) {
    fs::create_dir_all(into.join("holidays")).unwrap();
    for (name, text) in read_folder(folder).unwrap().0 {
        match name.strip_suffix(".csv") {
            Some(stem) => {
                let mut book = Workbook::new();
                fill(book.add_worksheet(), &text);
                book.save(into.join(format!("{stem}.xlsx"))).unwrap();
            }
            None => fs::write(into.join(name), text).unwrap(),
        }
    }
}

#[test]
fn a_city_gives_the_same_bytes_from_csv_and_from_workbooks() {
    let mut cities = vec![sample_folder()];
    if larger_folder().exists() {
        cities.push(larger_folder());
    } else {
        println!("skipped for the larger city: its folder is not at hand");
    }
    for city in cities {
        let from_csv = content(&read_folder(&city).unwrap());
        assert_eq!(content(&as_one_workbook(&city)), from_csv, "{}", city.display());
        let folder = ThrowAway::new("workbooks").unwrap();
        as_many_workbooks(&city, folder.path());
        assert_eq!(content(&read_folder(folder.path()).unwrap()), from_csv);
        println!("{}: {} bytes, {}", city.display(), from_csv.0.len(), from_csv.1);
    }
}

#[test]
fn a_pack_in_gbk_gives_the_same_bytes() {
    let (mut gbk, mut mixed) = (Files::default(), Files::default());
    for (name, text) in read_folder(&sample_folder()).unwrap().0 {
        let (bytes, _, lossy) = encoding_rs::GB18030.encode(&text);
        assert!(!lossy);
        mixed.add(
            &name,
            if name == "duties.csv" {
                bytes.to_vec()
            } else {
                text.clone().into_bytes()
            },
        );
        gbk.add(
            &name,
            if name.ends_with(".csv") {
                bytes.into_owned()
            } else {
                text.into_bytes()
            },
        );
    }
    let expected = content(&read_folder(&sample_folder()).unwrap());
    assert_eq!(content(&gbk), expected);
    assert_eq!(content(&mixed), expected);
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_line() {
    let mut files = sample_without("units.csv");
    files.add(
        "units.csv",
        b"\xb5\xa5\xce\xbb\xb1\xe0\xc2\xeb\n\xff\xff\xff\n".to_vec(),
    );
    let found = faults(&files);
    assert!(
        found.contains("units.csv:2: \"\": expected text in UTF-8 or GBK"),
        "{found}"
    );
    assert_eq!(
        found.lines().count(),
        1,
        "what refers to units is not blamed: {found}"
    );
}

fn sample_without(table: &str) -> Files {
    let mut texts: BTreeMap<String, String> = read_folder(&sample_folder()).unwrap().0;
    texts.remove(table).unwrap();
    texts.into()
}

fn one_sheet(name: &str, rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name(name).unwrap();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(*cells) {
            sheet.write_string(row, column, *text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn faults_of_a_workbook_name_sheet_row_and_column() {
    let mut files = sample_without("functions.csv");
    let rows: &[&[&str]] = &[&["职能代码", "名称"], &[], &["GOV", ""], &["GOV", "综合", "多余"]];
    files.add("functions.xlsx", one_sheet("Sheet1", rows));
    files.add("duties.xlsx", one_sheet("duties", &[&["条目编号"]]));
    files.add("其他.xlsx", one_sheet("值班表", &[&["姓名"]]));
    let found = faults(&files);
    for expected in [
        "functions.xlsx[Sheet1]:3 名称: \"\": expected a value",
        "functions.xlsx[Sheet1]:4 职能代码: \"GOV\": expected a key that no other line has",
        "functions.xlsx[Sheet1]:4: \"多余\": expected 2 fields",
        "duties.xlsx[duties]: \"duties.csv\": expected each table once, as CSV or as XLSX",
        "其他.xlsx[值班表]: \"值班表\": expected a sheet named like a table",
    ] {
        assert!(found.contains(expected), "{expected} is not in\n{found}");
    }
}

fn archive(entries: impl IntoIterator<Item = (String, usize)>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let zeros = vec![0_u8; 1 << 20];
    for (name, mebibytes) in entries {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        for _ in 0..mebibytes {
            writer.write_all(&zeros).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn workbooks_that_unfold_without_measure_are_refused_before_they_are_parsed() {
    let bomb = archive([("xl/worksheets/sheet1.xml".to_owned(), 600)]);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let crowd = archive((0..1_500).map(|number| (format!("part{number}"), 0)));
    for (bytes, expected) in [
        (bomb, "not packed more than 200 times"),
        (crowd, "at most 1000 parts"),
        (b"PK\x03\x04 no archive".to_vec(), "a workbook in XLSX format"),
    ] {
        let mut files = sample_without("duties.csv");
        files.add("duties.xlsx", bytes);
        let found = faults(&files);
        assert!(found.contains(expected), "{expected} is not in\n{found}");
        assert!(!found.contains("duties.csv: \"\": expected this file"), "{found}");
    }
}

/// A workbook of one sheet with so many cells that all share one text.
fn sharing(text: &str, cells: usize) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let rows: String = (1..=cells)
        .map(|row| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#))
        .collect();
    let parts = [
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="duties" sheetId="1" r:id="s"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="s" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>"#),
        ),
        (
            "xl/sharedStrings.xml",
            format!(r#"<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>"#),
        ),
    ];
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Each cell would become a text of its own: half a terabyte, and a gigabyte.
#[test]
fn a_text_that_many_cells_share_does_not_multiply() {
    for (text, cells, expected) in [
        (
            "长".repeat(300_000),
            500_000,
            "duties.xlsx[duties]:1: \"长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长\": \
             expected a cell of at most 32767 characters",
        ),
        (
            "x".repeat(32_767),
            30_000,
            "duties.xlsx: \"duties\": expected a workbook whose cells have at most 64 MiB of text",
        ),
    ] {
        let bomb = sharing(&text, cells);
        assert!(bomb.len() < 4 << 20, "{}", bomb.len());
        let mut files = sample_without("duties.csv");
        files.add("duties.xlsx", bomb);
        let found = faults(&files);
        assert!(found.contains(expected), "{expected} is not in\n{found}");
    }
    let mut files = sample_without("duties.csv");
    files.add("duties.xlsx", sharing(&"长".repeat(32_767), 3));
    let found = faults(&files);
    assert!(
        !found.contains("characters") && !found.contains("64 MiB"),
        "{found}"
    );
}

/// Two cells, and a million rows times sixteen thousand columns of nothing between them.
#[test]
fn cells_far_apart_cost_no_more_than_cells() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("functions").unwrap();
    sheet.write_string(0, 0, "职能代码").unwrap();
    sheet.write_string(1_048_575, 16_383, "远").unwrap();
    let mut files = sample_without("functions.csv");
    files.add("functions.xlsx", book.save_to_buffer().unwrap());
    let found = faults(&files);
    assert!(
        found.contains("functions.xlsx[functions]:1048576: \"远\""),
        "{found}"
    );
}

#[test]
fn a_file_of_200_mb_is_refused_by_its_size() {
    let folder = ThrowAway::new("large").unwrap();
    for (name, text) in sample_without("duties.csv").0 {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let large = File::create(folder.path().join("duties.csv")).unwrap();
    large.set_len(200 << 20).unwrap();
    let found = faults(&read_folder(folder.path()).unwrap());
    assert_eq!(found, "duties.csv: \"\": expected a file of at most 64 MiB\n");
}

/// The aim is 20 s for 100 000 duties; without optimisation a twentieth of them is enough to see that it works.
#[test]
fn many_duties_are_the_same_from_a_workbook() {
    let count = if cfg!(debug_assertions) { 5_000 } else { 100_000 };
    let mut texts = read_folder(&sample_folder()).unwrap().0;
    let duties = texts.get_mut("duties.csv").unwrap();
    for number in 0..count {
        let line = format!(
            "ZZ{number:06},M0101,990102,日期=01-01~06-30;场所类型=住宅小区,SJ-URBAN,ROLE:GOV@区县,{},否,2020-01-01,,样例,\n",
            number % 1_000
        );
        duties.push_str(&line);
    }
    let mut book = Workbook::new();
    fill(book.add_worksheet(), duties);
    let workbook = book.save_to_buffer().unwrap();
    let began = std::time::Instant::now();
    let from_csv = content(&texts.clone().into());
    let csv_took = began.elapsed();
    texts.remove("duties.csv");
    let mut files: Files = texts.into();
    let began = std::time::Instant::now();
    files.add("duties.xlsx", workbook);
    assert_eq!(content(&files).1, from_csv.1);
    println!(
        "{count} duties: {csv_took:?} from CSV, {:?} from XLSX",
        began.elapsed()
    );
}
