//! Is this XLSX file safe to open? It is a ZIP archive, and a small one can unfold to more than a machine has. So every entry
//! is unfolded once and only counted, whatever the archive says of itself, before a parser sees it.
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Entries of an archive: a workbook has about ten and one per sheet.
const ENTRIES_MAX: usize = 1_000;
/// Everything unfolded, in bytes; 100 000 duties come to about 80 MiB.
const UNFOLDED_BYTES_MAX: u64 = 256 << 20;
/// Unfolded bytes per packed byte; sheets of real cities have 5 to 40.
const RATIO_MAX: u64 = 200;
/// Below this an entry's ratio says nothing.
const RATIO_FROM_BYTES: u64 = 1 << 20;
/// Cells of all sheets; 100 000 duties have 1 200 000.
pub(super) const CELLS_MAX: u64 = 6_000_000;

const CHUNK_BYTES: usize = 64 << 10;
const SHEETS: &str = "xl/worksheets/";
/// How a cell begins in a sheet.
const CELL: &[u8] = b"<c ";

/// What is wrong with an archive, in English and Chinese.
pub(super) type Problem = (&'static str, &'static str);

const NO_ARCHIVE: Problem = ("a workbook in XLSX format", "XLSX 格式的工作簿");
const TOO_MANY: Problem = (
    "an XLSX file of at most 1000 parts",
    "至多含1000个部分的 XLSX 文件",
);
const TOO_LARGE: Problem = (
    "an XLSX file that unfolds to at most 256 MiB",
    "解压后不超过256 MiB的 XLSX 文件",
);
const TOO_DENSE: Problem = (
    "an XLSX file that is not packed more than 200 times (a zip bomb?)",
    "压缩比不超过200倍的 XLSX 文件（疑为压缩炸弹）",
);
pub(super) const TOO_MANY_CELLS: Problem = (
    "a workbook of at most 6000000 cells",
    "单元格总数不超过六百万的工作簿",
);

/// Unfolds and counts.
pub(super) fn check(bytes: &[u8]) -> Result<(), Problem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| NO_ARCHIVE)?;
    if archive.len() > ENTRIES_MAX {
        return Err(TOO_MANY);
    }
    let (mut unfolded, mut cells) = (0, 0);
    for position in 0..archive.len() {
        let mut entry = archive.by_index(position).map_err(|_| NO_ARCHIVE)?;
        let packed = entry.compressed_size().max(1);
        let is_sheet = entry.name().is_ok_and(|name| name.starts_with(SHEETS));
        let left = UNFOLDED_BYTES_MAX - unfolded;
        let limit = packed.saturating_mul(RATIO_MAX).max(RATIO_FROM_BYTES);
        let counted = count(&mut entry, left.min(limit), is_sheet)?;
        unfolded += counted.bytes;
        cells += counted.cells;
        if counted.bytes > limit {
            return Err(TOO_DENSE);
        }
        if unfolded > UNFOLDED_BYTES_MAX {
            return Err(TOO_LARGE);
        }
        if cells > CELLS_MAX {
            return Err(TOO_MANY_CELLS);
        }
    }
    Ok(())
}

#[derive(Default)]
struct Counted {
    bytes: u64,
    cells: u64,
}

/// Reads until the end, or until just beyond the limit.
fn count(entry: &mut impl Read, limit: u64, is_sheet: bool) -> Result<Counted, Problem> {
    let mut chunk = vec![0; CHUNK_BYTES + CELL.len() - 1];
    let (mut counted, mut kept) = (Counted::default(), 0);
    loop {
        let read = entry.read(&mut chunk[kept..]).map_err(|_| NO_ARCHIVE)?;
        if read == 0 {
            return Ok(counted);
        }
        counted.bytes += read as u64;
        let filled = kept + read;
        if is_sheet {
            let found = chunk[..filled].windows(CELL.len()).filter(|found| *found == CELL);
            counted.cells += found.count() as u64;
        }
        if counted.bytes > limit {
            return Ok(counted);
        }
        // A cell's beginning may lie across two chunks.
        let tail = filled.min(CELL.len() - 1);
        chunk.copy_within(filled - tail..filled, 0);
        kept = tail;
    }
}
