//! How well places are found, on the complaints of a larger city where its pack is at hand: from address,
//! coordinates, title and text, held against the division that a reader gave them.
use super::larger_city::{folder, found, is_routed, say};
use super::*;
use crate::domain::codes::DivisionId;
use crate::domain::decide::Chain;
use crate::domain::decide::place::{How, Located, Trouble, locate};
use crate::domain::validity::Day;
use crate::domain::words::DivisionLevel;

/// What may be read.
#[derive(Clone, Copy, Debug)]
enum Read {
    Address,
    Point,
    AddressAndPoint,
    TitleAndText,
    Everything,
}

/// How the complaints came out.
#[derive(Clone, Copy, Default)]
struct Places {
    exact: usize,
    /// The right division, known more coarsely or more finely than the reader did.
    consistent: usize,
    wrong: usize,
    right_district: usize,
    /// Several, the right one among them.
    doubtful: usize,
    /// Several, and none is right.
    misled: usize,
    unknown: usize,
    unit_right: usize,
    unit_wrong: usize,
    must_ask: usize,
}

fn with_place(row: &BTreeMap<String, String>, read: Read) -> Question {
    let all = question(row, "正确事项编码", "编号");
    let text = |column: &str| row.get(column).filter(|text| !text.is_empty()).cloned();
    let hints = || ["标题", "正文"].into_iter().filter_map(text).collect();
    let (address, point) = (all.place.address.clone(), all.place.point);
    let (address, point, hints) = match read {
        Read::Address => (address, None, Vec::new()),
        Read::Point => (None, point, Vec::new()),
        Read::AddressAndPoint => (address, point, Vec::new()),
        Read::TitleAndText => (None, None, hints()),
        Read::Everything => (address, point, hints()),
    };
    let place = Place {
        division: None,
        point,
        address,
        hints,
    };
    Question { place, ..all }
}

impl Places {
    fn place(&mut self, directory: &Directory, question: &Question, expected: DivisionId) {
        let day = Day::from(directory.local(question.accepted_at).date());
        let chain = Chain::of(directory, &Located::by(How::Address, expected), day);
        let fits = |at: &Located| {
            directory.divisions.within(at.division, expected) || chain.divisions.contains(&at.division)
        };
        let district = |id| {
            let mut above = directory.divisions.lineage(id);
            above.find(|id| directory.divisions.level(*id) <= DivisionLevel::Zone)
        };
        match locate(directory, &question.place, day) {
            Ok(at) => {
                self.exact += usize::from(at.division == expected);
                self.consistent += usize::from(at.division != expected && fits(&at));
                self.wrong += usize::from(!fits(&at));
                let same = district(at.division) == district(expected);
                self.right_district += usize::from(same || fits(&at));
            }
            Err(Trouble::Ambiguous(several)) if several.iter().any(fits) => self.doubtful += 1,
            Err(Trouble::Ambiguous(_)) => self.misled += 1,
            Err(Trouble::Unknown) => self.unknown += 1,
        }
    }

    /// With the right matter, kind and facts: does the place lead to the right unit?
    fn unit(&mut self, directory: &Directory, question: &Question, row: &BTreeMap<String, String>) {
        let [disposition, lead, ..] = found(directory, &decide(directory, question));
        if disposition == "补充信息" {
            self.must_ask += 1;
        } else if disposition == row["正确处置"] && lead == row["正确主办单位"] {
            self.unit_right += 1;
        } else {
            self.unit_wrong += 1;
        }
    }

    fn located(&self) -> usize {
        self.exact + self.consistent + self.wrong
    }

    fn say(&self, read: Read, all: usize) {
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        let of_located = |part: usize| share(part, self.located());
        let decided = self.unit_right + self.unit_wrong;
        say(&format!(
            "{:<16} {:>7.1} % {:>7.1} % {:>7.1} % {:>6.1} % {:>7.1} % {:>6} {:>6} {:>7} {:>8.1} % {:>7.1} %",
            format!("{read:?}"),
            share(self.located(), all),
            of_located(self.exact),
            of_located(self.consistent),
            of_located(self.wrong),
            of_located(self.right_district),
            self.doubtful,
            self.misled,
            self.unknown,
            share(decided, decided + self.must_ask),
            share(self.unit_right, decided),
        ));
    }
}

#[test]
fn places_of_a_larger_city_are_found() {
    let Some(folder) = folder() else {
        say(
            "SKIPPED places_of_a_larger_city_are_found: no city pack; name its folder with HOTLINE_CITY_PACK",
        );
        return;
    };
    let directory = Directory::new(1, snapshot(&folder)).unwrap();
    let complaints = rows(&folder.join("complaints_train.csv"));
    let expected = |row: &BTreeMap<String, String>| directory.divisions.find(&row["正确区划编码"]).unwrap();
    let is_known =
        |row: &&BTreeMap<String, String>| directory.divisions.level(expected(row)) != DivisionLevel::City;
    let told: Vec<_> = complaints.iter().filter(is_known).collect();
    say(&format!(
        "{} complaints with a place that a reader can know; of those located: exact, coarser or finer, wrong; with the right \
         matter, kind and facts: decided without asking, of these with the right unit\n\
         read              located    exact   coarse   wrong district  doubt  misled unknown  decided    unit",
        told.len()
    ));
    for read in [
        Read::Address,
        Read::Point,
        Read::AddressAndPoint,
        Read::TitleAndText,
        Read::Everything,
    ] {
        let (mut places, mut asked) = (Places::default(), 0);
        for row in &told {
            let question = with_place(row, read);
            if matches!(read, Read::Point) && question.place.point.is_none() {
                continue;
            }
            asked += 1;
            places.place(&directory, &question, expected(row));
            if is_routed(&row["正确处置"]) {
                places.unit(&directory, &question, row);
            }
        }
        places.say(read, asked);
        let (located, decided) = (places.located(), places.unit_right + places.unit_wrong);
        let (wrong, wrong_units, must_ask) = (places.wrong, places.unit_wrong, places.must_ask);
        assert!(wrong * 100 <= located * 5, "{read:?}: {wrong} of {located} wrong");
        assert!(
            wrong_units * 100 <= decided * 5,
            "{read:?}: {wrong_units} of {decided} wrong units"
        );
        let is_alone = matches!(read, Read::Point | Read::TitleAndText);
        let most = if is_alone { 20 } else { 5 };
        assert!(
            must_ask * 100 <= (decided + must_ask) * most,
            "{read:?}: {must_ask} asked for"
        );
    }
}
