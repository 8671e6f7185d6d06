package slacktest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// DeleteFile takes a file away, as its owner or a rule of the workspace may.
func (w *Workspace) DeleteFile(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.files, id)
}

// Lacks has the workspace refuse blocks of these types, as one does to which Slack has not
// brought them yet.
func (w *Workspace) Lacks(kinds ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unknown = make(map[string]bool)
	for _, kind := range kinds {
		w.unknown[kind] = true
	}
}

// pictures refuses blocks that show a file which is no picture, or is not there (yet), and
// those that the workspace lacks.
func (w *Workspace) pictures(blocks json.RawMessage) error {
	var problems []string
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case []any:
			for i, e := range v {
				walk(fmt.Sprintf("%s/%d", path, i), e)
			}
		case object:
			if kind := str(v, "type"); w.unknown[kind] {
				problems = append(problems, "unsupported type: "+kind+" [json-pointer:"+path+"/type]")
			}
			if id := str(v, "slack_file", "id"); id != "" && !w.files[id].isPicture() {
				problems = append(problems, "invalid slack file [json-pointer:"+path+"/slack_file]")
			}
			for _, key := range slices.Sorted(maps.Keys(v)) {
				walk(path+"/"+key, v[key])
			}
		}
	}
	list, err := blockList(blocks)
	walk("/blocks", list)
	if err == nil && len(problems) > 0 {
		err = &Invalid{Code: "invalid_blocks", Problems: problems}
	}
	return err
}

func (f *File) isPicture() bool {
	return f != nil && f.ready && !f.raw && slices.Contains([]string{"image/png", "image/jpeg", "image/gif"}, f.Mimetype)
}
