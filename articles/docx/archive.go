package docx

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"
)

// archive is the package of a document: parts by their names, without a slash before them.
type archive struct {
	files map[string]*zip.File
	read  int64 // bytes that were unpacked so far
}

func openArchive(data []byte) (*archive, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, ErrNotDocx
	}
	if len(z.File) > maxEntries {
		return nil, ErrTooBig
	}
	a := &archive{files: map[string]*zip.File{}}
	for _, f := range z.File {
		a.files[strings.TrimPrefix(path.Clean(strings.ReplaceAll(f.Name, `\`, "/")), "/")] = f
	}
	return a, nil
}

// bytes unpacks a part; nil where there is none. What the archive says of a part's size is not
// believed: so much is read and no more.
func (a *archive) bytes(part string) ([]byte, error) {
	f := a.files[part]
	if f == nil {
		return nil, nil
	}
	in, err := f.Open()
	if err != nil {
		return nil, ErrBroken
	}
	defer in.Close()
	room := min(maxPart, maxUnpack-a.read)
	data, err := io.ReadAll(io.LimitReader(in, room+1))
	a.read += int64(len(data))
	if int64(len(data)) > room {
		return nil, ErrTooBig
	}
	if err != nil {
		return nil, ErrBroken
	}
	return data, nil
}

// tree reads a part that is XML; an empty one where there is none.
func (a *archive) tree(part string) (*node, error) {
	data, err := a.bytes(part)
	if err != nil || data == nil {
		return &node{}, err
	}
	return parse(data)
}

// target is what a relationship leads to: a part, or an address outside.
type target struct {
	kind, part, address string
}

// rels reads the relationships of a part, "" for those of the package.
func (a *archive) rels(part string) (map[string]target, error) {
	dir, base := path.Split(part)
	root, err := a.tree(path.Join(dir, "_rels", base+".rels"))
	if err != nil {
		return nil, err
	}
	all := map[string]target{}
	list := root.find("Relationships")
	if list == nil {
		return all, nil
	}
	for _, r := range list.children {
		t := target{kind: path.Base(r.attr("Type"))}
		if to := r.attr("Target"); r.attr("TargetMode") == "External" {
			t.address = to
		} else if rest, whole := strings.CutPrefix(to, "/"); whole {
			t.part = path.Clean(rest)
		} else {
			t.part = path.Join(dir, to)
		}
		all[r.attr("Id")] = t
	}
	return all, nil
}

// main is the part with the document's body.
func (a *archive) main() (string, error) {
	rels, err := a.rels("")
	if err != nil {
		return "", err
	}
	for _, t := range rels {
		if t.kind == "officeDocument" && a.files[t.part] != nil {
			return t.part, nil
		}
	}
	return "", ErrNotDocx
}

// related is the part of a kind that belongs to the main one; "" where there is none.
func (r *reader) related(kind string) string {
	for _, t := range r.rels {
		if t.kind == kind {
			return t.part
		}
	}
	return ""
}
