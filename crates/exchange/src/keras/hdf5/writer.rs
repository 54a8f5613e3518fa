//! HDF5 files as h5py writes them for Keras: groups with tables of symbols, and contiguous f32.

use charnn_bundle::HostTensor;
use std::collections::BTreeMap;

const UNDEFINED: u64 = u64::MAX;
/// Half of the most children of a B-tree's node. Each group needs one child.
const INTERNAL: u16 = 16;

/// A group: its members by name.
#[derive(Default)]
struct Group<'a> {
    groups: BTreeMap<&'a str, Group<'a>>,
    tensors: BTreeMap<&'a str, &'a HostTensor>,
}

impl Group<'_> {
    fn members(&self) -> usize {
        self.groups.len() + self.tensors.len()
    }

    /// The most members of a group, at any depth.
    fn largest(&self) -> usize {
        let inner = self.groups.values().map(Self::largest).max();
        self.members().max(inner.unwrap_or(0))
    }
}

/// A file of tensors, whose names are paths. The same bytes for the same tensors.
pub(super) fn write(tensors: &[HostTensor]) -> Vec<u8> {
    let mut root = Group::default();
    for tensor in tensors {
        let mut place = &mut root;
        let mut parts = tensor.name.split('/').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                place.tensors.insert(part, tensor);
            } else {
                place = place.groups.entry(part).or_default();
            }
        }
    }
    // All members of a group fit into one leaf, which has room for twice this number.
    let leaf = u16::try_from(root.largest().div_ceil(2)).unwrap_or(u16::MAX).max(4);
    let mut file = File { bytes: vec![0; 96], leaf };
    let (root, tree, heap) = file.group(&root);

    let mut superblock = b"\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0".to_vec();
    superblock.extend(leaf.to_le_bytes());
    superblock.extend(INTERNAL.to_le_bytes());
    superblock.extend(0_u32.to_le_bytes());
    let end = file.bytes.len() as u64;
    let numbers = [0, UNDEFINED, end, UNDEFINED, 0, root, 1, tree, heap];
    superblock.extend(numbers.into_iter().flat_map(u64::to_le_bytes));
    file.bytes[..96].copy_from_slice(&superblock);
    file.bytes
}

struct File {
    bytes: Vec<u8>,
    leaf: u16,
}

impl File {
    /// Adds bytes, and zeros up to a multiple of 8; returns their address.
    fn add(&mut self, bytes: &[u8]) -> u64 {
        let address = self.bytes.len() as u64;
        self.bytes.extend(bytes);
        self.bytes.resize(self.bytes.len().next_multiple_of(8), 0);
        address
    }

    /// Adds an object with messages of the given kinds; returns its address.
    fn object(&mut self, messages: &[(u16, Vec<u8>)]) -> u64 {
        let mut block = Vec::new();
        for (kind, content) in messages {
            let size = content.len().next_multiple_of(8);
            block.extend(kind.to_le_bytes());
            block.extend(u16::try_from(size).unwrap_or(u16::MAX).to_le_bytes());
            block.extend([0; 4]);
            block.extend(content);
            block.resize(block.len() + size - content.len(), 0);
        }
        let mut header = vec![1, 0];
        header.extend(u16::try_from(messages.len()).unwrap_or(u16::MAX).to_le_bytes());
        header.extend(1_u32.to_le_bytes()); // references to it
        header.extend(u32::try_from(block.len()).unwrap_or(u32::MAX).to_le_bytes());
        header.extend([0; 4]);
        header.extend(block);
        self.add(&header)
    }

    /// Adds a group with its members; returns the addresses of its object, its tree and its heap.
    fn group(&mut self, group: &Group<'_>) -> (u64, u64, u64) {
        // Object, and the tree and heap of a group.
        let mut members = BTreeMap::new();
        for (name, inner) in &group.groups {
            let (object, tree, heap) = self.group(inner);
            members.insert(*name, (object, Some((tree, heap))));
        }
        for (name, tensor) in &group.tensors {
            members.insert(*name, (self.dataset(tensor), None));
        }
        // The empty name comes first.
        let mut names = vec![0; 8];
        let mut leaf = b"SNOD\x01\0".to_vec();
        leaf.extend(u16::try_from(members.len()).unwrap_or(u16::MAX).to_le_bytes());
        let mut last = 0;
        for (name, (object, table)) in members {
            last = names.len() as u64;
            names.extend(name.as_bytes());
            names.resize((names.len() + 1).next_multiple_of(8), 0);
            let (kind, tree, heap) = table.map_or((0, 0, 0), |(tree, heap)| (1_u64, tree, heap));
            leaf.extend([last, object, kind, tree, heap].into_iter().flat_map(u64::to_le_bytes));
        }
        leaf.resize(8 + 2 * usize::from(self.leaf) * 40, 0);
        let leaf = self.add(&leaf);

        let mut tree = b"TREE\0\0".to_vec();
        tree.extend(u16::from(group.members() > 0).to_le_bytes());
        tree.extend([UNDEFINED, UNDEFINED, 0, leaf, last].into_iter().flat_map(u64::to_le_bytes));
        tree.resize(24 + (4 * usize::from(INTERNAL) + 1) * 8, 0);
        let tree = self.add(&tree);

        let size = names.len() as u64;
        let names = self.add(&names);
        let mut heap = b"HEAP\0\0\0\0".to_vec();
        // 1: no free space.
        heap.extend([size, 1, names].into_iter().flat_map(u64::to_le_bytes));
        let heap = self.add(&heap);
        let table = [tree, heap].into_iter().flat_map(u64::to_le_bytes).collect();
        (self.object(&[(0x11, table)]), tree, heap)
    }

    /// Adds the numbers of a tensor and their description; returns the address of the object.
    fn dataset(&mut self, tensor: &HostTensor) -> u64 {
        let bytes: Vec<u8> = tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let address = if bytes.is_empty() { UNDEFINED } else { self.add(&bytes) };
        let mut dataspace = vec![1, u8::try_from(tensor.shape.len()).unwrap_or(u8::MAX)];
        dataspace.resize(8, 0);
        dataspace.extend(tensor.shape.iter().flat_map(|&axis| (axis as u64).to_le_bytes()));
        // IEEE, little-endian: sign at 31, 4 bytes, 32 bits, exponent of 8 bits at 23, fraction of 23, bias 127.
        let datatype = vec![0x11, 0x20, 31, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0];
        let fill = vec![2, 2, 2, 0]; // allocated late, written if set, and not set
        let mut layout = vec![3, 1];
        layout.extend([address, bytes.len() as u64].into_iter().flat_map(u64::to_le_bytes));
        self.object(&[(0x01, dataspace), (0x03, datatype), (0x05, fill), (0x08, layout)])
    }
}
