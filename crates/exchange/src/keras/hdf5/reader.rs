//! The parts of HDF5 that Keras' files consist of:
//! <https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html>, versions 0 and 1 of the superblock.
//!
//! A group is a B-tree of leaves with names, which lie in a heap. Every object has a header of messages. Chunks,
//! filters and the forms of `libver="latest"` are refused.

use charnn_message::{Text, text};
use std::collections::BTreeMap;

/// What is wrong with a file.
pub(super) type Problem = Text;

const UNDEFINED: u64 = u64::MAX;
/// The kinds of messages.
const DATASPACE: u16 = 0x01;
const LINK_INFO: u16 = 0x02;
const DATATYPE: u16 = 0x03;
const LAYOUT: u16 = 0x08;
const FILTERS: u16 = 0x0B;
const ATTRIBUTE: u16 = 0x0C;
const CONTINUATION: u16 = 0x10;
const SYMBOL_TABLE: u16 = 0x11;
/// The deepest B-tree; each level has up to 32 times as many leaves.
const MOST_LEVELS: u8 = 8;
/// The longest name of a member.
const MOST_NAME: usize = 255;

/// A file in memory, and how many of its parts may still be read: groups may contain each other.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    base: u64,
    parts: usize,
}

/// An object: its messages by kind.
pub(super) struct Object<'a> {
    messages: Vec<(u16, &'a [u8])>,
}

/// The format of floats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Float {
    F64,
    F32,
    F16,
}

/// The numbers of a dataset.
pub(super) struct Numbers<'a> {
    pub(super) format: Float,
    pub(super) shape: Vec<usize>,
    pub(super) bytes: &'a [u8],
}

impl<'a> File<'a> {
    /// Opens a file; returns its root group. Of messages, names and nodes, at most `parts` are read.
    pub(super) fn open(bytes: &'a [u8], parts: usize) -> Result<(Self, Object<'a>), Problem> {
        let mut cursor = Cursor(bytes.get(8..).unwrap_or_default());
        let version = cursor.u8()?;
        if version > 1 {
            return Err(newer(&format!("superblock {version}")));
        }
        cursor.take(4)?;
        let widths = [cursor.u8()?, cursor.u8()?];
        if widths != [8, 8] {
            let [addresses, lengths] = widths;
            return Err(text!(
                en: "addresses have {addresses} bytes and lengths {lengths}, not 8",
                zh: "地址占 {addresses} 字节、长度占 {lengths} 字节，应为 8 字节"
            ));
        }
        cursor.take(if version == 0 { 9 } else { 13 })?;
        let base = cursor.u64()?;
        cursor.take(24 + 8)?;
        let root = cursor.u64()?;
        let mut file = Self { bytes, base, parts };
        let root = file.object(root)?;
        Ok((file, root))
    }

    /// The bytes from an address on.
    fn at(&self, address: u64) -> Result<Cursor<'a>, Problem> {
        let start = address.checked_add(self.base).and_then(|it| usize::try_from(it).ok());
        let rest = start.and_then(|start| self.bytes.get(start..));
        rest.map(Cursor).ok_or_else(|| {
            text!(en: "address {address} lies outside of the file", zh: "地址 {address} 超出文件范围")
        })
    }

    fn count(&mut self) -> Result<(), Problem> {
        self.parts = self
            .parts
            .checked_sub(1)
            .ok_or_else(|| text!(en: "it has too many parts", zh: "组成部分过多"))?;
        Ok(())
    }

    /// The object whose header lies at an address.
    fn object(&mut self, address: u64) -> Result<Object<'a>, Problem> {
        self.count()?;
        let mut cursor = self.at(address)?;
        let version = cursor.u8()?;
        if version != 1 {
            return Err(newer("object headers"));
        }
        cursor.take(1)?;
        let count = usize::from(cursor.u16()?);
        cursor.take(4)?;
        let size = u64::from(cursor.u32()?);
        cursor.take(4)?;
        let mut blocks = vec![Cursor(cursor.take(size)?)];
        let mut messages = Vec::new();
        let mut seen = 0;
        while let Some(mut block) = blocks.pop() {
            // The rest of a block may be too short for a message.
            while block.0.len() >= 8 && seen < count {
                seen += 1;
                self.count()?;
                let (kind, size, flags) = (block.u16()?, block.u16()?, block.u8()?);
                block.take(3)?;
                let mut content = Cursor(block.take(size.into())?);
                match kind {
                    CONTINUATION => {
                        let (address, size) = (content.u64()?, content.u64()?);
                        blocks.push(Cursor(self.at(address)?.take(size)?));
                    }
                    // A message that other objects share.
                    _ if flags & 2 != 0 => {
                        return Err(text!(en: "objects share messages", zh: "对象之间共享消息"));
                    }
                    _ => messages.push((kind, content.0)),
                }
            }
        }
        Ok(Object { messages })
    }

    /// The names and objects of a group.
    pub(super) fn members(
        &mut self,
        group: &Object<'a>,
    ) -> Result<Vec<(String, Object<'a>)>, Problem> {
        let mut table = Cursor(group.message(SYMBOL_TABLE).ok_or_else(|| newer("groups"))?);
        let (tree, heap) = (table.u64()?, table.u64()?);
        let mut heap = self.at(heap)?;
        heap.signature(*b"HEAP")?;
        heap.take(4)?;
        let size = heap.u64()?;
        heap.take(8)?;
        let names = self.at(heap.u64()?)?.take(size)?;
        let mut members = BTreeMap::new();
        self.leaves(tree, MOST_LEVELS, names, &mut members)?;
        let mut objects = Vec::with_capacity(members.len());
        for (name, address) in members {
            objects.push((name, self.object(address)?));
        }
        Ok(objects)
    }

    /// Collects the names and addresses below a node of a B-tree.
    fn leaves(
        &mut self,
        node: u64,
        levels: u8,
        names: &[u8],
        members: &mut BTreeMap<String, u64>,
    ) -> Result<(), Problem> {
        self.count()?;
        let mut cursor = self.at(node)?;
        if cursor.0.starts_with(b"SNOD") {
            cursor.take(6)?;
            for _ in 0..cursor.u16()? {
                self.count()?;
                let (name, address, kind) = (cursor.u64()?, cursor.u64()?, cursor.u32()?);
                cursor.take(20)?;
                let name = usize::try_from(name).ok().and_then(|start| names.get(start..));
                let name = name.and_then(|name| name.split(|byte| *byte == 0).next());
                let name = name.and_then(|name| std::str::from_utf8(name).ok());
                let name = name.filter(|name| name.len() <= MOST_NAME);
                let name = name.ok_or_else(
                    || text!(en: "a name is not text, or too long", zh: "某个名称不是文本或过长"),
                )?;
                if kind == 2 {
                    return Err(text!(en: "{name} is a symbolic link", zh: "{name} 是符号链接"));
                }
                members.insert(name.to_owned(), address);
            }
            return Ok(());
        }
        cursor.signature(*b"TREE")?;
        let kind = cursor.u8()?;
        let levels = levels
            .checked_sub(1)
            .filter(|_| kind == 0)
            .ok_or_else(|| text!(en: "a group's tree is damaged", zh: "组的 B 树已损坏"))?;
        cursor.take(1)?;
        let count = cursor.u16()?;
        cursor.take(16)?;
        for _ in 0..count {
            cursor.take(8)?;
            let child = cursor.u64()?;
            self.leaves(child, levels, names, members)?;
        }
        Ok(())
    }

    /// The numbers of a dataset.
    pub(super) fn numbers(&self, dataset: &Object<'a>) -> Result<Numbers<'a>, Problem> {
        let message = |kind| {
            dataset
                .message(kind)
                .ok_or_else(|| text!(en: "a dataset lacks its description", zh: "数据集缺少描述"))
        };
        let format = float(message(DATATYPE)?)?;
        let shape = shape(message(DATASPACE)?)?;
        if dataset.message(FILTERS).is_some() {
            return Err(text!(
                en: "the data is compressed or has checksums",
                zh: "数据经过压缩或带有校验和"
            ));
        }
        let width = match format {
            Float::F64 => 8_u64,
            Float::F32 => 4,
            Float::F16 => 2,
        };
        let size = shape.iter().try_fold(width, |size, &axis| size.checked_mul(axis as u64));
        let size = size.ok_or_else(
            || text!(en: "a dataset is larger than the file", zh: "数据集比文件还大"),
        )?;
        let mut layout = Cursor(message(LAYOUT)?);
        let bytes = match (layout.u8()?, layout.u8()?) {
            (3 | 4, 0) => {
                let stored = layout.u16()?;
                Cursor(layout.take(stored.into())?).take(size)?
            }
            (3 | 4, 1) => match layout.u64()? {
                UNDEFINED if size == 0 => &[],
                UNDEFINED => {
                    return Err(text!(en: "a dataset was never written", zh: "数据集从未写入"));
                }
                address => self.at(address)?.take(size)?,
            },
            (version, 2) => {
                return Err(
                    text!(en: "the data is in chunks (layout {version})", zh: "数据分块存储（layout {version}）"),
                );
            }
            (version, _) => return Err(newer(&format!("layout {version}"))),
        };
        Ok(Numbers { format, shape, bytes })
    }
}

impl<'a> Object<'a> {
    fn message(&self, kind: u16) -> Option<&'a [u8]> {
        self.messages.iter().find(|(known, _)| *known == kind).map(|(_, content)| *content)
    }

    /// Whether it is a group, not a dataset.
    pub(super) fn is_group(&self) -> bool {
        self.message(SYMBOL_TABLE).is_some() || self.message(LINK_INFO).is_some()
    }
}

impl<'a> File<'a> {
    /// Reads an attribute that holds strings. Returns `None` if the object does not have it.
    pub(super) fn strings(
        &mut self,
        object: &Object<'a>,
        name: &str,
    ) -> Result<Option<Vec<String>>, Problem> {
        for (_, content) in object.messages.iter().filter(|(kind, _)| *kind == ATTRIBUTE) {
            let mut cursor = Cursor(content);
            let (version, _) = (cursor.u8()?, cursor.u8()?);
            let sizes = [cursor.u16()?, cursor.u16()?, cursor.u16()?];
            if version == 3 {
                cursor.take(1)?; // the encoding of the name
            }
            // The first version fills up to a multiple of 8.
            let mut part = |size: u16| {
                let size = u64::from(size);
                cursor.take(if version == 1 { size.next_multiple_of(8) } else { size })
            };
            let (found, datatype, dataspace) = (part(sizes[0])?, part(sizes[1])?, part(sizes[2])?);
            if found.split(|byte| *byte == 0).next() != Some(name.as_bytes()) {
                continue;
            }
            let mut datatype = Cursor(datatype);
            let (class, kind) = (datatype.u8()? & 0x0F, datatype.u8()? & 0x0F);
            datatype.take(2)?;
            let width = datatype.u32()?;
            let axes = shape(dataspace)?;
            let count = axes.iter().try_fold(1_usize, |count, &axis| count.checked_mul(axis));
            let count =
                count.ok_or_else(|| text!(en: "an attribute is damaged", zh: "属性已损坏"))?;
            let mut strings = Vec::new();
            // Strings of variable length may share their text.
            let mut rest = self.bytes.len();
            for _ in 0..count {
                let text = match (class, kind, width) {
                    (3, _, 1..) => cursor.take(width.into())?,
                    (9, 1, 16) => {
                        let (length, heap, index) = (cursor.u32()?, cursor.u64()?, cursor.u32()?);
                        Cursor(self.heap_object(heap, index)?).take(length.into())?
                    }
                    _ => {
                        return Err(
                            text!(en: "the attribute {name} is not text", zh: "属性 {name} 不是文本"),
                        );
                    }
                };
                let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
                rest = rest.checked_sub(text.len()).ok_or_else(
                    || text!(en: "an attribute repeats its text", zh: "属性重复使用同一文本"),
                )?;
                strings.push(String::from_utf8_lossy(text).into_owned());
            }
            return Ok(Some(strings));
        }
        Ok(None)
    }

    /// An object in a global heap, where text of variable length lies.
    fn heap_object(&mut self, heap: u64, index: u32) -> Result<&'a [u8], Problem> {
        let mut cursor = self.at(heap)?;
        cursor.signature(*b"GCOL")?;
        cursor.take(4)?;
        let size = cursor.u64()?;
        let mut objects = Cursor(cursor.take(size.saturating_sub(16))?);
        loop {
            self.count()?;
            let found = objects.u16()?;
            objects.take(6)?;
            let size = objects.u64()?;
            let content = objects.take(size)?;
            if u32::from(found) == index {
                return Ok(content);
            }
            objects.take(size.next_multiple_of(8) - size)?;
        }
    }
}

/// The dimensions in a dataspace message.
fn shape(message: &[u8]) -> Result<Vec<usize>, Problem> {
    let mut cursor = Cursor(message);
    let version = cursor.u8()?;
    let rank = cursor.u8()?;
    cursor.take(if version == 1 { 6 } else { 2 })?;
    if !(1..=2).contains(&version) {
        return Err(newer(&format!("dataspace {version}")));
    }
    let axis = |_| {
        usize::try_from(cursor.u64()?).map_err(|_| text!(en: "an axis is too long", zh: "维度过大"))
    };
    (0..rank).map(axis).collect()
}

/// The format in a datatype message, which must be one of IEEE's, little-endian.
fn float(message: &[u8]) -> Result<Float, Problem> {
    let mut cursor = Cursor(message);
    let class = cursor.u8()? & 0x0F;
    let order = cursor.u8()? & 0x41;
    cursor.take(2)?;
    let width = cursor.u32()?;
    if class != 1 {
        return Err(text!(en: "the numbers are not floats", zh: "数值不是浮点数"));
    }
    cursor.take(4)?;
    // Where the exponent and the fraction lie.
    let bits = [cursor.u8()?, cursor.u8()?, cursor.u8()?, cursor.u8()?];
    match (order, width, bits) {
        (0, 8, [52, 11, 0, 52]) => Ok(Float::F64),
        (0, 4, [23, 8, 0, 23]) => Ok(Float::F32),
        (0, 2, [10, 5, 0, 10]) => Ok(Float::F16),
        _ => Err(text!(
            en: "floats of {width} bytes have an unusual form",
            zh: "{width} 字节浮点数的格式不常见"
        )),
    }
}

fn newer(what: &str) -> Problem {
    text!(
        en: "{what} in a form that Keras does not write (libver=\"latest\")",
        zh: "{what} 采用了 Keras 不使用的格式（libver=\"latest\"）"
    )
}

fn short() -> Problem {
    text!(en: "it ends too early", zh: "文件不完整")
}

/// Bytes that are read from the beginning.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: u64) -> Result<&'a [u8], Problem> {
        let split = usize::try_from(count).ok().and_then(|count| self.0.split_at_checked(count));
        let (taken, rest) = split.ok_or_else(short)?;
        self.0 = rest;
        Ok(taken)
    }

    fn signature(&mut self, expected: [u8; 4]) -> Result<(), Problem> {
        if self.take(4)? == expected {
            Ok(())
        } else {
            Err(text!(en: "a part is not where it should be", zh: "某个部分不在应有的位置"))
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        self.take(N as u64)?.try_into().map_err(|_| short())
    }

    fn u8(&mut self) -> Result<u8, Problem> {
        Ok(self.array::<1>()?[0])
    }

    fn u16(&mut self) -> Result<u16, Problem> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, Problem> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, Problem> {
        self.array().map(u64::from_le_bytes)
    }
}
