//! A directory version as data: what is imported, stored, hashed and sent. Rows are sorted by their key, so
//! that the same content always gives the same bytes.
use crate::domain::validity::Dates;
use crate::domain::words::{DivisionLevel, UnitLevel};
use contracts::calendar::{CalendarV1, SpecialDayV1};
use contracts::terms::{Limit, LimitUnit, StartRule};
use contracts::words::{Kind, Urgency};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything a decision depends on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// Offset of local time from UTC; days and hours of the directory are local.
    pub utc_offset_secs: i32,
    /// 区划.
    pub divisions: Vec<DivisionRow>,
    /// 功能区接管.
    pub overlays: Vec<OverlayRow>,
    /// 边界.
    pub boundaries: Vec<BoundaryRow>,
    /// 地名.
    pub gazetteer: Vec<GazetteerRow>,
    /// 职能: code → name.
    pub functions: BTreeMap<String, String>,
    /// 码表: list → values. What conditions and other columns may say.
    pub vocabulary: BTreeMap<String, Vec<String>>,
    /// 承办单位.
    pub units: Vec<UnitRow>,
    /// 事项.
    pub matters: Vec<MatterRow>,
    /// 派单目录条目.
    pub duties: Vec<DutyRow>,
    /// 受理范围.
    pub scope: Vec<ScopeRow>,
    /// 时限.
    pub deadlines: Vec<DeadlineRow>,
    /// 工作时间, one per value of a unit's column of that name, with the days of all years.
    pub calendars: Vec<CalendarV1>,
    /// Code of the city's own calendar.
    pub city_calendar: String,
    /// Holidays and make-up workdays.
    pub days: Vec<SpecialDayV1>,
    /// Past orders: examples for reading texts, never orders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub past_orders: Vec<PastOrderRow>,
}

/// A division.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DivisionRow {
    /// 编码
    pub code: String,
    /// 名称
    pub name: String,
    /// 级别
    pub level: DivisionLevel,
    /// 上级编码
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// 类型
    pub kind: String,
    /// 生效日期, 失效日期
    pub dates: Dates,
}

/// What a functional zone takes over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OverlayRow {
    /// 编号
    pub code: String,
    /// 功能区编码
    pub zone: String,
    /// 被接管区划编码
    pub division: String,
    /// 接管职能代码; `None` = 全部职能
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub functions: Option<Vec<String>>,
    /// 原属区划编码
    pub origin: String,
    /// 生效日期, 失效日期
    pub dates: Dates,
    /// 依据
    pub basis: String,
}

/// A dated area on the map.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BoundaryRow {
    /// 编码
    pub division: String,
    /// 生效日期, 失效日期
    pub dates: Dates,
    /// Polygons, each a list of closed rings of (longitude, latitude): the outer one, then the holes.
    pub polygons: Vec<Vec<Vec<(f64, f64)>>>,
}

/// A place name in one division.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct GazetteerRow {
    /// 地名编号
    pub code: String,
    /// 地名
    pub name: String,
    /// 别名
    pub aliases: Vec<String>,
    /// 类型
    pub kind: String,
    /// 所属编码
    pub division: String,
    /// 经度, 纬度
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<(f64, f64)>,
    /// 属性: facts the place brings along.
    pub facts: BTreeMap<String, String>,
}

/// A unit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UnitRow {
    /// 单位编码
    pub code: String,
    /// 单位名称
    pub name: String,
    /// 简称
    pub short_name: String,
    /// 级别
    pub level: UnitLevel,
    /// 类型
    pub kind: String,
    /// 上级单位
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// 管辖区划编码
    pub divisions: Vec<String>,
    /// 职能代码
    pub functions: Vec<String>,
    /// 是否可退单
    pub may_return: bool,
    /// 接入方式
    pub access: String,
    /// 工作时间
    pub calendar: String,
    /// 生效日期, 失效日期
    pub dates: Dates,
    /// 备注
    pub note: String,
}

/// An entry of the matter catalogue.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MatterRow {
    /// 事项编码
    pub code: String,
    /// 名称
    pub name: String,
    /// 上级编码
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// 层级: 1, 2, 3
    pub level: u8,
    /// 说明
    pub description: String,
    /// 关键词
    pub keywords: Vec<String>,
    /// 默认诉求类型
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// 默认紧急程度
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    /// 时限类别
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
}

/// A duty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DutyRow {
    /// 条目编号
    pub code: String,
    /// 事项编码; `None` = every matter
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
    /// 适用区划编码; `None` = the whole city
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// 条件
    pub conditions: String,
    /// 主办: a unit or a role
    pub lead: String,
    /// 协办: units or roles
    pub co_handlers: Vec<String>,
    /// 优先级
    pub priority: i32,
    /// 不派基层
    pub not_to_grassroots: bool,
    /// 生效日期, 失效日期
    pub dates: Dates,
    /// 依据
    pub basis: String,
    /// 备注
    pub note: String,
}

/// A class of complaints that is asked for before the catalogue.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ScopeRow {
    /// 类别编号
    pub code: String,
    /// 名称
    pub name: String,
    /// 依据
    pub basis: String,
    /// 判定说明
    pub description: String,
    /// 关键词
    pub keywords: Vec<String>,
    /// 对市民的说明
    pub advice: String,
    /// 处置
    pub disposition: String,
    /// 转往单位编码
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// Time limits for a class of matters, a kind, an urgency and a level of units; `None` = any.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeadlineRow {
    /// 规则编号
    pub code: String,
    /// 时限类别
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// 诉求类型
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// 紧急程度
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    /// 单位级别
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<UnitLevel>,
    /// 优先级
    pub priority: i32,
    /// 签收时限
    pub sign: Amount,
    /// 响应时限
    pub respond: Amount,
    /// 办结时限
    pub finish: Amount,
    /// 起算规则, of the finish limit
    pub start: StartRule,
    /// 延期次数上限
    pub extensions_max: u32,
    /// 每次延期上限, in `extension_unit`
    pub extension_max: u32,
    /// 延期总上限, in `extension_unit`
    pub extension_sum_max: u32,
    /// 延期单位
    pub extension_unit: LimitUnit,
    /// 退单窗口
    pub return_window: Amount,
    /// 退单次数上限; 0 = no returns
    pub returns_max: u32,
    /// 来源
    pub basis: String,
}

/// A past order that the city handed over to learn from; without caller, phone and exact address.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PastOrderRow {
    /// 编号
    pub number: String,
    /// 标题, phone numbers masked
    pub title: String,
    /// 正文, phone numbers masked
    pub text: String,
    /// 正确事项编码
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
    /// 范围类别
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// 诉求类型
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// 正确处置
    pub disposition: String,
    /// 重复于: the first order about the same event
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat_of: Option<String>,
}

/// So much of a unit of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Amount {
    /// How many.
    pub amount: u32,
    /// Of what.
    pub unit: LimitUnit,
}

impl Amount {
    /// The limit that begins as `start` says.
    #[must_use]
    pub const fn from(self, start: StartRule) -> Limit {
        Limit {
            amount: self.amount,
            unit: self.unit,
            start,
        }
    }
}
