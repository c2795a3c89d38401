// tiles DIRECTORY VERIFIER_KEY [OLDER_DIRECTORY]: holds an export of the log
// (c2sp.org/tlog-tiles, `auditor --tiles`) against its public key, with the Go
// project's own golang.org/x/mod/sumdb: the checkpoint's signature, every entry
// under the signed root, and that an older export's tree is this one's beginning.
// Exit code 0 only if everything holds.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// files reads tiles as tlog-tiles names them: as sumdb does, without the height.
type files string

func (files) Height() int { return height }

func (dir files) path(tile tlog.Tile) string {
	name := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
	return filepath.Join(string(dir), strings.Replace(name, "tile/data/", "tile/entries/", 1))
}

func (dir files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var contents [][]byte
	for _, tile := range tiles {
		content, err := os.ReadFile(dir.path(tile))
		if err != nil {
			return nil, err
		}
		contents = append(contents, content)
	}
	return contents, nil
}

func (files) SaveTiles([]tlog.Tile, [][]byte) {}

// checkpoint opens `origin\nsize\nroot\n`, signed by the log.
func (dir files) checkpoint(key string) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tree, err
	}
	text, err := os.ReadFile(filepath.Join(string(dir), "checkpoint"))
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("a checkpoint of another log")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("a root of another length")
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

// entries gives the leaves of one bundle: each after its length, two bytes.
func (dir files) entries(first, count int64) (leaves [][]byte, err error) {
	tile := tlog.Tile{H: height, L: -1, N: first >> height, W: int(count)}
	bytes, err := os.ReadFile(dir.path(tile))
	if err != nil {
		return nil, err
	}
	for len(bytes) >= 2 {
		length := 2 + int(binary.BigEndian.Uint16(bytes))
		if length > len(bytes) {
			break
		}
		leaves = append(leaves, bytes[2:length])
		bytes = bytes[length:]
	}
	if len(bytes) > 0 || int64(len(leaves)) != count {
		return nil, fmt.Errorf("%s is no bundle of %d entries", dir.path(tile), count)
	}
	return leaves, nil
}

// checkBundle holds each leaf against its tile, which the reader holds against
// the root, and proves the first by a path as an answer's receipt has it.
func checkBundle(hashes tlog.HashReader, tree tlog.Tree, first int64, leaves [][]byte) error {
	var indexes []int64
	for i := range leaves {
		indexes = append(indexes, tlog.StoredHashIndex(0, first+int64(i)))
	}
	stored, err := hashes.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for i, leaf := range leaves {
		if stored[i] != tlog.RecordHash(leaf) {
			return fmt.Errorf("entry %d is not the tree's", first+int64(i))
		}
	}
	proof, err := tlog.ProveRecord(tree.N, first, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, first, tlog.RecordHash(leaves[0]))
}

// verify proves every entry under the root, and an older tree to be its beginning.
func verify(dir files, tree tlog.Tree, older *tlog.Tree) error {
	hashes := tlog.TileHashReader(tree, dir)
	for first := int64(0); first < tree.N; first += 1 << height {
		count := tree.N - first
		if count > 1<<height {
			count = 1 << height
		}
		leaves, err := dir.entries(first, count)
		if err != nil {
			return err
		}
		if err := checkBundle(hashes, tree, first, leaves); err != nil {
			return err
		}
	}
	if older == nil || older.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, older.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash)
}

func run(arguments []string) error {
	if len(arguments) < 2 || len(arguments) > 3 {
		return fmt.Errorf("usage: tiles DIRECTORY VERIFIER_KEY [OLDER_DIRECTORY]")
	}
	dir := files(arguments[0])
	tree, err := dir.checkpoint(arguments[1])
	if err != nil {
		return err
	}
	var older *tlog.Tree
	if len(arguments) == 3 {
		before, err := files(arguments[2]).checkpoint(arguments[1])
		if err != nil {
			return err
		}
		older = &before
	}
	if err := verify(dir, tree, older); err != nil {
		return err
	}
	fmt.Printf("%d entries under %v\n", tree.N, tree.Hash)
	return nil
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "tiles:", err)
		os.Exit(1)
	}
}
