//! Properties of everything that is read: a few cases here in seconds, millions by
//! the fuzzer (`scripts/fuzz.sh`), which calls the same functions.

mod checkpoint;

use proptest::prelude::*;
use std::sync::LazyLock;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_checkpoint_is_used_as_it_is_or_refused(
        sealed in any::<bool>(),
        edits in proptest::collection::vec(
            (any::<[u8; 4]>(), proptest::collection::vec(any::<u8>(), 0..12)), 1..3,
        ),
    ) {
        static EXAMPLE: LazyLock<checkpoint::Example> = LazyLock::new(checkpoint::Example::new);
        let mut input = vec![u8::from(sealed)];
        for ([which, low, high, over], new) in edits {
            let count = u8::try_from(new.len()).expect("a few bytes");
            input.extend([which, low, high, over % 16, count]);
            input.extend(new);
        }
        EXAMPLE.check(&input);
    }
}
