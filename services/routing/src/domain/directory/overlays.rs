//! 接管: what functional zones take over from districts, on dates.
use super::{BuildError, Divisions};
use crate::domain::codes::{Codes, DivisionId, FastMap, FunctionId, OverlayId};
use crate::domain::snapshot::OverlayRow;
use crate::domain::validity::Validity;

/// One item: a division that a zone has taken over.
#[derive(Clone, Debug)]
pub struct Overlay {
    /// 编号
    pub code: String,
    /// The zone.
    pub zone: DivisionId,
    /// What it took over, with everything in it.
    pub division: DivisionId,
    /// `None` = 全部职能: the origin is replaced; else only these functions move.
    pub functions: Option<Vec<FunctionId>>,
    /// Codes of `functions`, for people.
    pub function_codes: Option<Vec<String>>,
    /// The district or county that had it.
    pub origin: DivisionId,
    /// From when to when.
    pub validity: Validity,
    /// 依据
    pub basis: String,
}

impl Overlay {
    /// True when the zone exercises the function here.
    #[must_use]
    pub fn moves(&self, function: FunctionId) -> bool {
        self.functions
            .as_ref()
            .is_none_or(|list| list.contains(&function))
    }
}

/// All overlay items of a directory.
#[derive(Clone, Debug)]
pub struct Overlays {
    rows: Vec<Overlay>,
    /// By division: the items that take over exactly it.
    by_division: Vec<Vec<OverlayId>>,
    by_zone: FastMap<u32, Vec<OverlayId>>,
}

impl Overlays {
    /// Indexes the rows.
    ///
    /// # Errors
    /// When a division or function is unknown.
    pub fn new(
        rows: Vec<OverlayRow>,
        divisions: &Divisions,
        functions: &Codes<FunctionId>,
    ) -> Result<Self, BuildError> {
        const TABLE: &str = "overlays";
        let mut by_division: Vec<Vec<OverlayId>> = vec![Vec::new(); divisions.ids().count()];
        let mut by_zone: FastMap<u32, Vec<OverlayId>> = FastMap::default();
        let mut overlays = Vec::with_capacity(rows.len());
        for (id, row) in (0_u32..).zip(rows) {
            let division = |code: &String| {
                divisions
                    .find(code)
                    .ok_or_else(|| BuildError::unknown(TABLE, &row.code, "division", code))
            };
            let function = |code: &String| {
                functions
                    .get(code)
                    .ok_or_else(|| BuildError::unknown(TABLE, &row.code, "function", code))
            };
            let overlay = Overlay {
                zone: division(&row.zone)?,
                division: division(&row.division)?,
                origin: division(&row.origin)?,
                functions: match &row.functions {
                    None => None,
                    Some(list) => Some(list.iter().map(function).collect::<Result<_, _>>()?),
                },
                validity: row.dates.into(),
                function_codes: row.functions,
                code: row.code,
                basis: row.basis,
            };
            by_division[overlay.division.index()].push(OverlayId(id));
            by_zone.entry(overlay.zone.0).or_default().push(OverlayId(id));
            overlays.push(overlay);
        }
        Ok(Self {
            rows: overlays,
            by_division,
            by_zone,
        })
    }

    /// The item.
    #[must_use]
    pub fn get(&self, id: OverlayId) -> &Overlay {
        &self.rows[id.index()]
    }

    /// All items.
    pub fn iter(&self) -> impl Iterator<Item = &Overlay> {
        self.rows.iter()
    }

    /// Items that take over exactly this division, on any day.
    #[must_use]
    pub fn of(&self, division: DivisionId) -> &[OverlayId] {
        &self.by_division[division.index()]
    }

    /// Everything the zone has ever taken over.
    #[must_use]
    pub fn of_zone(&self, zone: DivisionId) -> &[OverlayId] {
        self.by_zone.get(&zone.0).map_or(&[], Vec::as_slice)
    }
}
