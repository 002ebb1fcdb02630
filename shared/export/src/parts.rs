//! Parts of the rows as they are kept while an export is collected: JSON, a row a line, compressed.

use std::io::{self, BufRead, BufReader, Read, Write};

use anju_domain::table::Row;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// Bytes that the rows of one part may take: more is no part of ours.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// Rows as a part.
pub(crate) fn packed(rows: &[Row]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for row in rows {
        serde_json::to_writer(&mut encoder, row)?;
        encoder.write_all(b"\n")?;
    }
    encoder.finish()
}

/// The rows of a part, one after the other.
pub(crate) fn unpacked(part: &[u8]) -> impl Iterator<Item = io::Result<Row>> {
    let lines = BufReader::new(GzDecoder::new(part).take(MOST_BYTES)).lines();
    lines.map(|line| Ok(serde_json::from_str(&line?)?))
}

#[cfg(test)]
mod tests {
    use anju_domain::table::Cell;

    use super::*;

    #[test]
    fn rows_survive_being_packed() {
        let rows: Vec<Row> =
            vec![vec![Cell::text("a\nb\"c"), Cell::Count(3)], vec![Cell::Empty, Cell::text("x")]];
        let read: Vec<Row> = unpacked(&packed(&rows).unwrap()).collect::<Result<_, _>>().unwrap();
        assert_eq!(read, rows);
    }

    #[test]
    fn a_part_that_was_cut_off_is_an_error_and_not_fewer_rows() {
        let rows: Vec<Row> = (0..100).map(|n| vec![Cell::text(format!("row {n}"))]).collect();
        let part = packed(&rows).unwrap();
        let read: Result<Vec<Row>, _> = unpacked(&part[..part.len() / 2]).collect();
        assert!(read.is_err());
    }
}
