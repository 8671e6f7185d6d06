package bot

import (
	_ "embed"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"text/template"
)

// Path is where Slack posts in HTTP mode.
const Path = "/slack"

//go:embed manifest.yaml
var manifestText string

var manifest = template.Must(template.New("manifest").Funcs(template.FuncMap{"quote": strconv.Quote}).Parse(manifestText))

// Manifest is an app manifest that can be pasted into Slack: everything this room
// needs of a workspace. command is the slash command, "/wechat" where empty. host is how
// magpie's public address begins, such as https://magpie.example.com: the manifest is for
// HTTP mode then, else for Socket Mode. It fails where host is no address that Slack takes.
func Manifest(command, host string) (string, error) {
	if command == "" {
		command = "/wechat"
	}
	address := ""
	if host != "" {
		u, err := url.Parse(host)
		if err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			return "", errors.New("--url must be https://HOST: Slack posts to nothing else")
		}
		address = strings.TrimRight(u.String(), "/") + Path
	}
	var out strings.Builder
	err := manifest.Execute(&out, struct{ Command, URL string }{command, address})
	return out.String(), err
}
