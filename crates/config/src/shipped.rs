//! The configurations inside the program, by their names in `builtin:NAME`.

use crate::layers::Base;
use crate::{ConfigError, Settings};

/// Name and content of the files in `configs/`.
const SHIPPED: [(&str, &str); 10] = [
    ("quickstart", include_str!("../../../configs/quickstart.toml")),
    ("quickstart-zh", include_str!("../../../configs/quickstart-zh.toml")),
    ("novel", include_str!("../../../configs/novel.toml")),
    ("honglou", include_str!("../../../configs/honglou.toml")),
    ("names", include_str!("../../../configs/names.toml")),
    ("shakespeare-5s", include_str!("../../../configs/shakespeare-5s.toml")),
    ("shakespeare-30s", include_str!("../../../configs/shakespeare-30s.toml")),
    ("shakespeare-6m", include_str!("../../../configs/shakespeare-6m.toml")),
    ("shakespeare-10m", include_str!("../../../configs/shakespeare-10m.toml")),
    ("shakespeare-lstm", include_str!("../../../configs/shakespeare-lstm.toml")),
];

/// The names of the configurations inside the program.
pub fn shipped_names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

impl Settings {
    /// The configuration inside the program called `name`, if there is one. Its texts are looked for
    /// below the working directory, as below the folder above `configs/`.
    ///
    /// # Errors
    /// Never with the files that are shipped.
    pub fn shipped(name: &str) -> Option<Result<Self, ConfigError>> {
        let (name, text) = SHIPPED.iter().find(|(known, _)| *known == name)?;
        let file = format!("builtin:{name}");
        Some(Self::read(name, &file, text.as_bytes(), &Base::Shipped))
    }
}
