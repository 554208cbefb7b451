//! Divisions 区划 and their ancestors.
use super::BuildError;
use crate::domain::codes::{Codes, DivisionId, FastMap};
use crate::domain::snapshot::DivisionRow;
use crate::domain::validity::Validity;
use crate::domain::words::DivisionLevel;

/// One division.
#[derive(Clone, Debug)]
pub struct Division {
    /// 编码
    pub code: String,
    /// 名称; not unique
    pub name: String,
    /// 级别
    pub level: DivisionLevel,
    /// 上级
    pub parent: Option<DivisionId>,
    /// From when to when.
    pub validity: Validity,
}

/// All divisions of a directory.
#[derive(Clone, Debug)]
pub struct Divisions {
    rows: Vec<Division>,
    /// Parent and level of each, for decisions.
    tree: Vec<(Option<DivisionId>, DivisionLevel)>,
    codes: Codes<DivisionId>,
    by_name: FastMap<Box<str>, Vec<DivisionId>>,
}

impl Divisions {
    /// Indexes the rows.
    ///
    /// # Errors
    /// When a parent is unknown or not coarser than its child.
    pub fn new(rows: Vec<DivisionRow>) -> Result<Self, BuildError> {
        const TABLE: &str = "divisions";
        let codes: Codes<DivisionId> = Codes::new(rows.iter().map(|row| row.code.as_str()));
        let mut by_name: FastMap<Box<str>, Vec<DivisionId>> = FastMap::default();
        for (id, row) in (0_u32..).zip(&rows) {
            by_name
                .entry(Box::from(row.name.as_str()))
                .or_default()
                .push(DivisionId(id));
        }
        let levels: Vec<DivisionLevel> = rows.iter().map(|row| row.level).collect();
        let rows = rows.into_iter().map(|row| {
            let parent = match &row.parent {
                None => None,
                Some(code) => {
                    let parent: DivisionId = codes
                        .get(code)
                        .ok_or_else(|| BuildError::unknown(TABLE, &row.code, "parent", code))?;
                    if levels[parent.index()] >= row.level {
                        return Err(BuildError::new(
                            TABLE,
                            &row.code,
                            format!("parent {code} is not coarser"),
                        ));
                    }
                    Some(parent)
                }
            };
            let DivisionRow {
                code,
                name,
                level,
                dates,
                ..
            } = row;
            Ok(Division {
                code,
                name,
                level,
                parent,
                validity: dates.into(),
            })
        });
        let rows = rows.collect::<Result<Vec<Division>, _>>()?;
        Ok(Self {
            tree: rows.iter().map(|row| (row.parent, row.level)).collect(),
            rows,
            codes,
            by_name,
        })
    }

    /// The division of a code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<DivisionId> {
        self.codes.get(code)
    }

    /// The divisions of a name; several streets may share one.
    #[must_use]
    pub fn named(&self, name: &str) -> &[DivisionId] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every name with its divisions.
    pub fn names(&self) -> impl Iterator<Item = (&str, &[DivisionId])> {
        self.by_name.iter().map(|(name, ids)| (&**name, ids.as_slice()))
    }

    /// The division itself.
    #[must_use]
    pub fn get(&self, id: DivisionId) -> &Division {
        &self.rows[id.index()]
    }

    /// Its level.
    #[must_use]
    pub fn level(&self, id: DivisionId) -> DivisionLevel {
        self.tree[id.index()].1
    }

    /// The division and its ancestors, finest first.
    pub fn lineage(&self, id: DivisionId) -> impl Iterator<Item = DivisionId> {
        std::iter::successors(Some(id), |id| self.tree[id.index()].0)
    }

    /// True when `inner` is `outer` or lies in it.
    #[must_use]
    pub fn within(&self, inner: DivisionId, outer: DivisionId) -> bool {
        self.lineage(inner).any(|id| id == outer)
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = DivisionId> {
        (0_u32..).map(DivisionId).take(self.rows.len())
    }
}
