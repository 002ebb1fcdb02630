//! Splitting a whole number by weights, without losing or inventing one.

/// Whole shares of `total` in proportion to `weights`; they add up to `total`. Where the weights themselves add
/// up to `total`, the shares are the weights. They must not all be 0.
pub(crate) fn apportion(total: u32, weights: &[u32]) -> Vec<u32> {
    let sum: u64 = weights.iter().copied().map(u64::from).sum();
    let mut weight_so_far = 0;
    let mut given_so_far = 0;
    weights
        .iter()
        .map(|weight| {
            weight_so_far += u64::from(*weight);
            // Rounding the running sum, not each share, keeps the total.
            let due = (u64::from(total) * weight_so_far).checked_div(sum).unwrap_or(0);
            let share = due - given_so_far;
            given_so_far = due;
            share as u32
        })
        .collect()
}

/// As [`apportion`], but nobody gets less than their floor. `total` must cover the floors.
pub(crate) fn apportion_above(total: u32, floors: &[u32], weights: &[u32]) -> Vec<u32> {
    let rest = total.saturating_sub(floors.iter().sum());
    let above: Vec<u32> =
        weights.iter().zip(floors).map(|(weight, floor)| weight.saturating_sub(*floor)).collect();
    apportion(rest, &above).iter().zip(floors).map(|(share, floor)| share + floor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_are_the_weights_where_those_add_up() {
        assert_eq!(apportion(10, &[1, 1, 1]), [3, 3, 4]);
        assert_eq!(apportion(6, &[1, 2, 3]), [1, 2, 3]);
        assert_eq!(apportion_above(6, &[1, 0, 1], &[1, 2, 3]), [1, 2, 3]);
        assert_eq!(apportion_above(10, &[1, 1], &[1000, 1]), [9, 1]);
    }
}
