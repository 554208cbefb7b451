//! The matter catalogue 事项 and its levels.
use super::BuildError;
use crate::domain::codes::{Codes, MatterId};
use crate::domain::snapshot::MatterRow;
use contracts::words::{Kind, Urgency};

/// One entry.
#[derive(Clone, Debug)]
pub struct Matter {
    /// 事项编码
    pub code: String,
    /// 名称
    pub name: String,
    /// 上级
    pub parent: Option<MatterId>,
    /// 1, 2, 3
    pub level: u8,
    /// 时限类别
    pub class: Option<String>,
    /// 默认诉求类型
    pub kind: Option<Kind>,
    /// 默认紧急程度
    pub urgency: Option<Urgency>,
}

/// All entries of a directory.
#[derive(Clone, Debug)]
pub struct Matters {
    rows: Vec<Matter>,
    /// Parent of each, for decisions.
    parents: Vec<Option<MatterId>>,
    codes: Codes<MatterId>,
}

impl Matters {
    /// Indexes the rows.
    ///
    /// # Errors
    /// When a parent is unknown or not one level above.
    pub fn new(rows: Vec<MatterRow>) -> Result<Self, BuildError> {
        const TABLE: &str = "matters";
        let codes: Codes<MatterId> = Codes::new(rows.iter().map(|row| row.code.as_str()));
        let levels: Vec<u8> = rows.iter().map(|row| row.level).collect();
        let rows = rows.into_iter().map(|row| {
            let parent = match &row.parent {
                None => None,
                Some(code) => {
                    let parent: MatterId = codes
                        .get(code)
                        .ok_or_else(|| BuildError::unknown(TABLE, &row.code, "parent", code))?;
                    if levels[parent.index()] >= row.level {
                        return Err(BuildError::new(
                            TABLE,
                            &row.code,
                            format!("parent {code} is not above"),
                        ));
                    }
                    Some(parent)
                }
            };
            let MatterRow {
                code,
                name,
                level,
                class,
                kind,
                urgency,
                ..
            } = row;
            Ok(Matter {
                code,
                name,
                parent,
                level,
                class,
                kind,
                urgency,
            })
        });
        let rows = rows.collect::<Result<Vec<Matter>, _>>()?;
        Ok(Self {
            parents: rows.iter().map(|row| row.parent).collect(),
            rows,
            codes,
        })
    }

    /// The entry of a code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<MatterId> {
        self.codes.get(code)
    }

    /// The entry itself.
    #[must_use]
    pub fn get(&self, id: MatterId) -> &Matter {
        &self.rows[id.index()]
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True when there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The entry and what stands above it, most specific first.
    pub fn lineage(&self, id: MatterId) -> impl Iterator<Item = MatterId> {
        std::iter::successors(Some(id), |id| self.parents[id.index()])
    }
}
