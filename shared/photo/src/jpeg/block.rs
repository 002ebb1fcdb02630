//! One block: reading its coefficients, passing over them, writing new ones.

use super::huffman::{Decoder, Encoder, Skip, Skipper};
use super::output::Output;
use super::reader::Reader;
use super::transform::ZIGZAG;
use crate::Rejection;

/// Quantised coefficients column by column; the first one is the mean, not its difference.
pub(super) type Coefficients = [i32; 64];

/// A code that the file's tables don't have.
#[derive(Debug)]
pub(super) struct MissingCode;

/// Takes the difference of the block's mean from that of the block before.
#[inline(always)]
pub(super) fn take_difference(reader: &mut Reader<'_>, table: &Decoder) -> Result<i32, Rejection> {
    reader.refill();
    let (length, size) = table.find(reader.next16()).ok_or_else(|| reader.refusal())?;
    if size > 15 {
        return Err(reader.refusal());
    }
    Ok(take_value(reader, length, size.into()))
}

/// A value of this many bits, 15 at most, at hand behind a code: half of the patterns stand for negative ones.
#[inline(always)]
fn take_value(reader: &mut Reader<'_>, code: u32, size: u32) -> i32 {
    // Two shifts, as one by 64 is none.
    let raw = (reader.ahead() << code >> 1 >> (63 - size)) as i32;
    reader.pass(code + size);
    let half = 1 << size >> 1;
    if raw < half { raw - (1 << size) + 1 } else { raw }
}

/// Passes over a block's AC coefficients.
#[inline(always)]
pub(super) fn skip_rest(
    reader: &mut Reader<'_>,
    skipper: &Skipper,
    table: &Decoder,
) -> Result<(), Rejection> {
    let mut told = 1;
    loop {
        reader.refill();
        // Three times 18 bits are at hand.
        for _ in 0..3 {
            let skip = skipper.next(reader.ahead());
            let after = told + skip.coefficients();
            if after < 64 {
                reader.pass(skip.bits());
                told = after;
            } else if (Skip::END + 1..Skip::END + 64).contains(&after) {
                reader.pass(skip.bits());
                return Ok(());
            } else {
                // A code too long for the table, or a block that ends without saying so, behind which codes
                // of the next one were met.
                match skip_one(reader, table, told)? {
                    Some(after) => told = after,
                    None => return Ok(()),
                }
                break;
            }
        }
    }
}

/// Passes over one code. Returns how many coefficients are told now; none at the block's end.
#[inline(never)]
fn skip_one(reader: &mut Reader<'_>, table: &Decoder, told: u32) -> Result<Option<u32>, Rejection> {
    reader.refill();
    let (length, symbol) = table.find(reader.next16()).ok_or_else(|| reader.refusal())?;
    let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
    reader.pass(length + size);
    let after = match (run, size) {
        (15, 0) => told + 16,
        (_, 0) => return Ok(None),
        _ => told + run + 1,
    };
    match after {
        0..64 => Ok(Some(after)),
        64 => Ok(None),
        _ => Err(reader.refusal()),
    }
}

/// Takes a block's AC coefficients.
pub(super) fn take_rest(
    reader: &mut Reader<'_>,
    table: &Decoder,
    coefficients: &mut Coefficients,
) -> Result<(), Rejection> {
    let mut k = 1;
    while k < 64 {
        reader.refill();
        let (length, symbol) = table.find(reader.next16()).ok_or_else(|| reader.refusal())?;
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        let value = take_value(reader, length, size);
        match (run, size) {
            (15, 0) => k += 16,
            (_, 0) => return Ok(()),
            _ => {
                let place = ZIGZAG.get(k + run).ok_or_else(|| reader.refusal())?;
                coefficients[usize::from(*place)] = value;
                k += run + 1;
            }
        }
    }
    if k == 64 { Ok(()) } else { Err(reader.refusal()) }
}

/// Writes the difference of a block's mean.
pub(super) fn put_difference(
    output: &mut Output<'_>,
    table: &Encoder,
    difference: i32,
) -> Result<(), MissingCode> {
    put_value(output, table, 0, difference)
}

/// Writes a block's AC coefficients.
pub(super) fn put_rest(
    output: &mut Output<'_>,
    table: &Encoder,
    coefficients: &Coefficients,
) -> Result<(), MissingCode> {
    let mut zeros = 0;
    for place in &ZIGZAG[1..] {
        let value = coefficients[usize::from(*place)];
        if value == 0 {
            zeros += 1;
            continue;
        }
        while zeros > 15 {
            put_symbol(output, table, 0xF0)?;
            zeros -= 16;
        }
        put_value(output, table, zeros, value)?;
        zeros = 0;
    }
    if zeros > 0 { put_symbol(output, table, 0) } else { Ok(()) }
}

fn put_symbol(output: &mut Output<'_>, table: &Encoder, symbol: u8) -> Result<(), MissingCode> {
    let (code, length) = table.code(symbol).ok_or(MissingCode)?;
    output.bits(code, length);
    Ok(())
}

fn put_value(output: &mut Output<'_>, table: &Encoder, zeros: u8, value: i32) -> Result<(), MissingCode> {
    let size = 32 - value.unsigned_abs().leading_zeros();
    if size > 15 {
        return Err(MissingCode);
    }
    let (code, length) = table.code(zeros << 4 | size as u8).ok_or(MissingCode)?;
    let pattern = if value < 0 { value - 1 } else { value } as u32 & ((1 << size) - 1);
    output.bits(code << size | pattern, length + size);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::huffman::Definition;
    use super::*;

    /// Every symbol that sequential files use, with codes of 9 bits.
    fn every_symbol() -> Definition {
        let mut counts = [0; 16];
        counts[8] = 255;
        Definition { counts, symbols: (0..255).collect() }
    }

    fn written(coefficients: &Coefficients) -> Vec<u8> {
        let encoder = Encoder::new(&every_symbol());
        let mut output = Output::new(&[]);
        put_difference(&mut output, &encoder, coefficients[0]).unwrap();
        put_rest(&mut output, &encoder, coefficients).unwrap();
        output.bits(0b10, 2);
        output.pad();
        output.into_bytes()
    }

    fn samples() -> Vec<Coefficients> {
        // By the place in the file's order.
        let sparse = |places: &[(usize, i32)]| {
            let mut block = [0; 64];
            places.iter().for_each(|(place, value)| block[usize::from(ZIGZAG[*place])] = *value);
            block
        };
        vec![
            [0; 64],
            sparse(&[(0, -1023), (1, 1), (2, -1), (3, 1023), (4, -1023)]),
            sparse(&[(63, 5)]),
            sparse(&[(0, 7), (17, 1), (34, -2), (51, 3)]),
            std::array::from_fn(|i| i as i32 - 32 + i32::from(i == 32)),
        ]
    }

    #[test]
    fn what_is_written_is_read_and_passed_over_to_the_same_place() {
        let decoder = Decoder::new(&every_symbol()).unwrap();
        let skipper = Skipper::new(&decoder);
        for block in samples() {
            let bytes = written(&block);
            let (mut reading, mut skipping) = (Reader::new(&bytes, 0), Reader::new(&bytes, 0));
            let mut found = [0; 64];
            found[0] = take_difference(&mut reading, &decoder).unwrap();
            take_rest(&mut reading, &decoder, &mut found).unwrap();
            assert_eq!(found, block);
            take_difference(&mut skipping, &decoder).unwrap();
            skip_rest(&mut skipping, &skipper, &decoder).unwrap();
            assert_eq!(reading.bit_position(), skipping.bit_position());
            assert_eq!(reading.take(2), Ok(0b10));
        }
    }

    #[test]
    fn a_run_past_the_last_coefficient_is_refused() {
        let decoder = Decoder::new(&every_symbol()).unwrap();
        let encoder = Encoder::new(&every_symbol());
        let mut output = Output::new(&[]);
        for _ in 0..3 {
            put_symbol(&mut output, &encoder, 0xF0).unwrap();
        }
        put_value(&mut output, &encoder, 15, 1).unwrap();
        (0..4).for_each(|_| output.bits(0, 32));
        output.pad();
        let bytes = output.into_bytes();
        let skipped = skip_rest(&mut Reader::new(&bytes, 0), &Skipper::new(&decoder), &decoder);
        assert_eq!(skipped, Err(Rejection::Corrupt));
        let taken = take_rest(&mut Reader::new(&bytes, 0), &decoder, &mut [0; 64]);
        assert_eq!(taken, Err(Rejection::Corrupt));
    }
}
