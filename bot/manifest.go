package bot

import (
	_ "embed"
	"strconv"
	"strings"
)

//go:embed manifest.yaml
var manifest string

// Manifest is an app manifest that can be pasted into Slack: everything this room
// needs of a workspace. command is the slash command, "/wechat" where empty.
func Manifest(command string) string {
	if command == "" {
		command = "/wechat"
	}
	return strings.ReplaceAll(manifest, "{{.Command}}", strconv.Quote(command))
}
