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

// pictures refuses blocks that show a file which is no picture, or is not there (yet).
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
