//! The pickle in a file of `torch.save`, read as data.
//!
//! A pickle is a program for a stack machine, which can call any function of Python. This machine knows the
//! instructions with which a state dict is written, and of Python's functions only those that make an ordered
//! dict and describe a tensor. It refuses all others by name, and calls nothing.

use crate::torch::pickle_error::PickleError;
use std::collections::BTreeMap;

/// The longest pickle: a state dict of 64 layers needs a tenth.
const MOST_BYTES: usize = 1 << 20;
/// The most axes of a tensor.
const MOST_AXES: usize = 8;

/// The number format of a storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    F64,
    F32,
    F16,
    BF16,
}

/// Numbers in a file of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Storage {
    /// The name of the file.
    pub(super) key: String,
    pub(super) number: Number,
}

/// A tensor as a view of a storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    /// Which storage.
    pub(super) storage: usize,
    /// Its first number.
    pub(super) offset: usize,
    pub(super) shape: Vec<usize>,
    /// How far apart neighbours are, along each axis.
    pub(super) strides: Vec<usize>,
}

/// What a pickle describes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct StateDict {
    pub(super) storages: Vec<Storage>,
    /// Names and views.
    pub(super) tensors: Vec<(String, View)>,
}

/// A function or type of Python that a state dict needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Global {
    OrderedDict,
    RebuildTensor,
    Storage(Number),
}

/// A value on the stack. Containers lie in the machine, so that values are small and never nested.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Value<'a> {
    None,
    Bool,
    Int(i64),
    Float,
    Text(&'a str),
    Tuple(usize),
    List,
    Dict(usize),
    Global(Global),
    Storage(usize),
    Tensor(usize),
}

/// The state dict in a pickle: the whole of it, or one entry of a checkpoint such as `model_state_dict`.
pub(super) fn state_dict(pickle: &[u8]) -> Result<StateDict, PickleError> {
    if pickle.len() > MOST_BYTES {
        return Err(PickleError::TooLong { bytes: pickle.len() });
    }
    let mut machine = Machine { bytes: pickle, ..Machine::default() };
    let top = machine.run()?;
    machine.tensors_of(top)
}

#[derive(Default)]
struct Machine<'a> {
    bytes: &'a [u8],
    /// The next byte.
    at: usize,
    stack: Vec<Value<'a>>,
    /// Where on the stack marks lie.
    marks: Vec<usize>,
    memo: BTreeMap<u32, Value<'a>>,
    tuples: Vec<Vec<Value<'a>>>,
    dicts: Vec<Vec<(Value<'a>, Value<'a>)>>,
    storages: Vec<Storage>,
    views: Vec<View>,
}

impl<'a> Machine<'a> {
    /// Follows the instructions to the end and returns the value on top of the stack.
    fn run(&mut self) -> Result<Value<'a>, PickleError> {
        loop {
            let at = self.at;
            let code = self.take(1)?[0];
            match code {
                // Protocol, frame.
                0x80 if self.take(1)?[0] <= 5 => {}
                0x95 => drop(self.take(8)?),
                // Constants.
                b'N' => self.stack.push(Value::None),
                0x88 | 0x89 => self.stack.push(Value::Bool),
                b'K' => self.whole(1)?,
                b'M' => self.whole(2)?,
                b'J' => {
                    let number = i32::from_le_bytes(self.array()?);
                    self.stack.push(Value::Int(number.into()));
                }
                0x8A => {
                    let length = self.take(1)?[0];
                    self.long(length.into())?;
                }
                b'G' => {
                    self.take(8)?;
                    self.stack.push(Value::Float);
                }
                0x8C => self.text(1)?,
                b'X' => self.text(4)?,
                0x8D => self.text(8)?,
                // Containers.
                b'(' => self.marks.push(self.stack.len()),
                b')' => self.tuple(self.stack.len())?,
                b't' => {
                    let start = self.mark()?;
                    self.tuple(start)?;
                }
                0x85..=0x87 => {
                    let start = self.stack.len().checked_sub(usize::from(code - 0x84));
                    self.tuple(start.ok_or_else(|| self.cut())?)?;
                }
                b']' => self.stack.push(Value::List),
                b'a' => drop(self.pop()?),
                b'e' => {
                    let start = self.mark()?;
                    self.stack.truncate(start);
                }
                b'}' => self.dict(),
                b's' => {
                    let start = self.stack.len().checked_sub(2);
                    self.set_items(start.ok_or_else(|| self.cut())?)?;
                }
                b'u' => {
                    let start = self.mark()?;
                    self.set_items(start)?;
                }
                // The memo.
                b'q' => {
                    let key = self.take(1)?[0];
                    self.memoize(key.into())?;
                }
                b'r' => {
                    let key = u32::from_le_bytes(self.array()?);
                    self.memoize(key)?;
                }
                0x94 => {
                    let key = u32::try_from(self.memo.len()).map_err(|_| self.cut())?;
                    self.memoize(key)?;
                }
                b'h' => {
                    let key = self.take(1)?[0];
                    self.recall(key.into())?;
                }
                b'j' => {
                    let key = u32::from_le_bytes(self.array()?);
                    self.recall(key)?;
                }
                // What could run code: names, calls, storages, attributes.
                b'c' => {
                    let (module, name) = (self.line()?, self.line()?);
                    self.global(module, name)?;
                }
                0x93 => match (self.pop()?, self.pop()?) {
                    (Value::Text(name), Value::Text(module)) => self.global(module, name)?,
                    _ => return Err(self.cut()),
                },
                b'R' => self.call()?,
                b'Q' => self.storage()?,
                b'b' => match (self.pop()?, self.stack.last()) {
                    // `_metadata` of a state dict, which holds version numbers.
                    (Value::Dict(_), Some(Value::Dict(_))) => {}
                    _ => return Err(PickleError::Instruction { code, at }),
                },
                b'.' => return self.pop(),
                _ => return Err(PickleError::Instruction { code, at }),
            }
        }
    }

    fn cut(&self) -> PickleError {
        PickleError::Damaged { at: self.at }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], PickleError> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.at..end)).ok_or_else(|| self.cut())?;
        self.at += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PickleError> {
        let taken = self.take(N)?;
        taken.try_into().map_err(|_| self.cut())
    }

    /// A number of `width` bytes, little-endian.
    fn unsigned(&mut self, width: usize) -> Result<u64, PickleError> {
        let mut bytes = [0; 8];
        bytes[..width].copy_from_slice(self.take(width)?);
        Ok(u64::from_le_bytes(bytes))
    }

    fn whole(&mut self, width: usize) -> Result<(), PickleError> {
        let number = self.unsigned(width)?.try_into().map_err(|_| self.cut())?;
        self.stack.push(Value::Int(number));
        Ok(())
    }

    /// A signed number of at most 8 bytes.
    fn long(&mut self, width: usize) -> Result<(), PickleError> {
        if width > 8 {
            return Err(self.cut());
        }
        let bits = self.unsigned(width)?.cast_signed();
        let unused = u32::try_from(64 - 8 * width).unwrap_or(0);
        let number = if width == 0 { 0 } else { (bits << unused) >> unused };
        self.stack.push(Value::Int(number));
        Ok(())
    }

    fn text(&mut self, width: usize) -> Result<(), PickleError> {
        let length = usize::try_from(self.unsigned(width)?).map_err(|_| self.cut())?;
        let text = std::str::from_utf8(self.take(length)?).map_err(|_| self.cut())?;
        self.stack.push(Value::Text(text));
        Ok(())
    }

    fn line(&mut self) -> Result<&'a str, PickleError> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|&byte| byte == b'\n').ok_or_else(|| self.cut())?;
        let line = self.take(length + 1)?;
        std::str::from_utf8(&line[..length]).map_err(|_| self.cut())
    }

    fn pop(&mut self) -> Result<Value<'a>, PickleError> {
        // What lies below a mark is out of reach.
        let floor = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= floor {
            return Err(self.cut());
        }
        self.stack.pop().ok_or_else(|| self.cut())
    }

    fn mark(&mut self) -> Result<usize, PickleError> {
        self.marks.pop().ok_or_else(|| self.cut())
    }

    fn tuple(&mut self, start: usize) -> Result<(), PickleError> {
        if start < self.marks.last().copied().unwrap_or(0) {
            return Err(self.cut());
        }
        self.tuples.push(self.stack.split_off(start));
        self.stack.push(Value::Tuple(self.tuples.len() - 1));
        Ok(())
    }

    fn dict(&mut self) {
        self.dicts.push(Vec::new());
        self.stack.push(Value::Dict(self.dicts.len() - 1));
    }

    /// Adds the keys and values above `start` to the dict below them.
    fn set_items(&mut self, start: usize) -> Result<(), PickleError> {
        if start < self.marks.last().copied().unwrap_or(0) {
            return Err(self.cut());
        }
        let items = self.stack.split_off(start);
        let Some(&Value::Dict(dict)) = self.stack.last() else { return Err(self.cut()) };
        let pairs = items.as_chunks::<2>();
        if !pairs.1.is_empty() {
            return Err(self.cut());
        }
        self.dicts[dict].extend(pairs.0.iter().map(|&[key, value]| (key, value)));
        Ok(())
    }

    fn memoize(&mut self, key: u32) -> Result<(), PickleError> {
        let value = *self.stack.last().ok_or_else(|| self.cut())?;
        self.memo.insert(key, value);
        Ok(())
    }

    fn recall(&mut self, key: u32) -> Result<(), PickleError> {
        let value = *self.memo.get(&key).ok_or_else(|| self.cut())?;
        self.stack.push(value);
        Ok(())
    }

    fn global(&mut self, module: &str, name: &str) -> Result<(), PickleError> {
        let global = match (module, name) {
            ("collections", "OrderedDict") => Global::OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2") => Global::RebuildTensor,
            ("torch", "DoubleStorage") => Global::Storage(Number::F64),
            ("torch", "FloatStorage") => Global::Storage(Number::F32),
            ("torch", "HalfStorage") => Global::Storage(Number::F16),
            ("torch", "BFloat16Storage") => Global::Storage(Number::BF16),
            ("torch", storage) if storage.ends_with("Storage") => {
                return Err(PickleError::Number { name: storage.to_owned() });
            }
            _ => return Err(PickleError::Code { name: format!("{module}.{name}") }),
        };
        self.stack.push(Value::Global(global));
        Ok(())
    }

    fn call(&mut self) -> Result<(), PickleError> {
        let (arguments, function) = (self.pop()?, self.pop()?);
        let Value::Tuple(arguments) = arguments else { return Err(self.cut()) };
        match (function, &self.tuples[arguments][..]) {
            (Value::Global(Global::OrderedDict), []) => self.dict(),
            (
                Value::Global(Global::RebuildTensor),
                &[
                    Value::Storage(storage),
                    Value::Int(offset),
                    Value::Tuple(shape),
                    Value::Tuple(strides),
                    ..,
                ],
            ) => {
                let offset = usize::try_from(offset).map_err(|_| self.cut())?;
                let (shape, strides) = (self.sizes(shape)?, self.sizes(strides)?);
                if shape.len() != strides.len() {
                    return Err(self.cut());
                }
                self.views.push(View { storage, offset, shape, strides });
                self.stack.push(Value::Tensor(self.views.len() - 1));
            }
            _ => return Err(self.cut()),
        }
        Ok(())
    }

    fn sizes(&self, tuple: usize) -> Result<Vec<usize>, PickleError> {
        let tuple = &self.tuples[tuple];
        let size = |value: &Value<'_>| match value {
            Value::Int(size) => usize::try_from(*size).ok(),
            _ => None,
        };
        let sizes = tuple.iter().take(MOST_AXES + 1).map(size).collect::<Option<Vec<_>>>();
        sizes.filter(|sizes| sizes.len() <= MOST_AXES).ok_or_else(|| self.cut())
    }

    /// `("storage", type, key, device, count)`
    fn storage(&mut self) -> Result<(), PickleError> {
        let Value::Tuple(tuple) = self.pop()? else { return Err(self.cut()) };
        let &[Value::Text("storage"), Value::Global(Global::Storage(number)), Value::Text(key), ..] =
            &self.tuples[tuple][..]
        else {
            return Err(self.cut());
        };
        let storage = Storage { key: key.to_owned(), number };
        let known = self.storages.iter().position(|known| *known == storage);
        let index = known.unwrap_or_else(|| {
            self.storages.push(storage);
            self.storages.len() - 1
        });
        self.stack.push(Value::Storage(index));
        Ok(())
    }

    /// The tensors of a dict, or of the one dict of tensors in it.
    fn tensors_of(self, top: Value<'a>) -> Result<StateDict, PickleError> {
        let Value::Dict(dict) = top else { return Err(PickleError::NoStateDict) };
        let is_state_dict = |dict: &&usize| {
            let items = &self.dicts[**dict];
            !items.is_empty()
                && items.iter().all(|item| matches!(item, (Value::Text(_), Value::Tensor(_))))
        };
        let inner = |(_, value): &(Value<'_>, Value<'_>)| match value {
            Value::Dict(inner) => Some(*inner),
            _ => None,
        };
        let chosen = if is_state_dict(&&dict) {
            dict
        } else {
            let inner: Vec<usize> = self.dicts[dict].iter().filter_map(inner).collect();
            match inner.iter().filter(is_state_dict).collect::<Vec<_>>()[..] {
                [&only] => only,
                _ => return Err(PickleError::NoStateDict),
            }
        };
        let tensor = |&(key, value): &(Value<'a>, Value<'a>)| match (key, value) {
            (Value::Text(name), Value::Tensor(view)) => {
                Some((name.to_owned(), self.views[view].clone()))
            }
            _ => None,
        };
        let tensors = self.dicts[chosen].iter().filter_map(tensor).collect();
        Ok(StateDict { storages: self.storages, tensors })
    }
}
