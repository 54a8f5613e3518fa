//! Labels at the ends of lines, moved apart.

/// The height of a label, as a part of the height of the plot.
const LABEL: f64 = 0.062;

/// Places for labels near `wanted`, from 0 at the top to 1, in the same order: no two overlap while there is
/// room, and their order from top to bottom is kept.
pub(super) fn spread(wanted: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let mut places = wanted.to_vec();
    let mut last = f64::NEG_INFINITY;
    for at in &order {
        places[*at] = places[*at].max(last + LABEL);
        last = places[*at];
    }
    // What was pushed out at the bottom is pushed back.
    let mut limit = 1.0;
    for at in order.iter().rev() {
        places[*at] = places[*at].min(limit);
        limit = places[*at] - LABEL;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_do_not_overlap_and_keep_their_order() {
        let wanted = [0.5, 0.51, 0.99, 0.98, 0.1];
        let places = spread(&wanted);
        let mut order: Vec<usize> = (0..5).collect();
        order.sort_by(|a, b| places[*a].total_cmp(&places[*b]));
        assert_eq!(order, [4, 0, 1, 3, 2]);
        for pair in order.windows(2) {
            assert!(places[pair[1]] - places[pair[0]] >= LABEL - 1e-9, "{places:?}");
        }
        assert!(places.iter().all(|place| *place <= 1.0));
        let top = spread(&[0.0, 0.01]);
        assert!(top[0] >= 0.0 && top[1] >= LABEL, "{top:?}");
    }
}
