package bot

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

// read turns the manifest's YAML, which is only keys, values and lists, into paths:
// "settings.socket_mode_enabled" → ["true"].
func readYAML(t *testing.T, text string) map[string][]string {
	t.Helper()
	paths := make(map[string][]string)
	var at []string
	for n, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if item, ok := strings.CutPrefix(trimmed, "- "); ok {
			if !strings.Contains(item, ": ") {
				path := strings.Join(at[:indent/2], ".")
				paths[path] = append(paths[path], item)
				continue
			}
			trimmed, indent = item, indent+2
		}
		key, value, ok := strings.Cut(trimmed, ":")
		if !ok || indent%2 != 0 || strings.Contains(line, "\t") || indent/2 > len(at)+1 {
			t.Fatalf("line %d cannot be read: %q", n+1, line)
		}
		for len(at) < indent/2 {
			at = append(at, "0")
		}
		at = append(at[:indent/2:indent/2], key)
		if value = strings.TrimSpace(value); value != "" {
			path := strings.Join(at, ".")
			paths[path] = append(paths[path], strings.Trim(value, `"`))
		}
	}
	return paths
}

func TestManifest(t *testing.T) {
	t.Parallel()
	text, err := Manifest("/鹊桥", "")
	if err != nil {
		t.Fatal(err)
	}
	m := readYAML(t, text)
	for path, want := range map[string][]string{
		"display_information.name":                         {"magpie"},
		"features.bot_user.always_online":                  {"true"},
		"features.slash_commands.0.command":                {"/鹊桥"},
		"features.slash_commands.0.should_escape":          {"true"},
		"settings.socket_mode_enabled":                     {"true"},
		"settings.interactivity.is_enabled":                {"true"},
		"features.app_home.home_tab_enabled":               {"true"},
		"features.app_home.messages_tab_enabled":           {"true"},
		"features.app_home.messages_tab_read_only_enabled": {"false"},
		"settings.event_subscriptions.bot_events":          {"app_home_opened", "app_mention", "message.im", "user_change", "team_join", "subteam_members_changed", "subteam_updated", "member_joined_channel", "member_left_channel"},
		"settings.org_deploy_enabled":                      {"false"},
	} {
		got := m[path]
		if len(got) == 0 {
			for key, value := range m { // list items sit one deeper
				if strings.ReplaceAll(key, ".0.0.", ".0.") == path {
					got = value
				}
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v\n%v", path, got, want, m)
		}
	}
	for _, scope := range []string{"commands", "chat:write", "users:read", "usergroups:read", "app_mentions:read", "im:history", "channels:read", "groups:read", "im:read", "mpim:read"} {
		if !slices.Contains(m["oauth_config.scopes.bot"], scope) {
			t.Errorf("the scope %s is missing in %v", scope, m["oauth_config.scopes.bot"])
		}
	}
	// Slack's own example lists optional scopes among all of them too:
	// github.com/slackapi/slack-cli/pull/517.
	optional := m["oauth_config.scopes.bot_optional"]
	for _, scope := range optional {
		if !slices.Contains(m["oauth_config.scopes.bot"], scope) {
			t.Errorf("the optional scope %s is not among all of them", scope)
		}
	}
	for _, scope := range []string{"commands", "chat:write", "users:read", "im:write"} {
		if slices.Contains(optional, scope) {
			t.Errorf("nothing works without %s, and it is optional", scope)
		}
	}
	var shortcuts []string
	for path, values := range m {
		if strings.HasPrefix(path, "features.shortcuts.") && (strings.HasSuffix(path, ".callback_id") || strings.HasSuffix(path, ".type")) {
			shortcuts = append(shortcuts, strings.Join(values, " "))
		}
	}
	slices.Sort(shortcuts)
	if want := []string{"ask_wechat waiting_for_me send_this article_import audience_import", "global global message message message"}; !slices.Equal(shortcuts, want) {
		t.Errorf("the shortcuts are %q, want %q", shortcuts, want)
	}
	for path, values := range m {
		limit := map[string]int{"name": 35, "command": 32, "usage_hint": 1000, "description": 140, "display_name": 80}[path[strings.LastIndexByte(path, '.')+1:]]
		for _, value := range values {
			if limit > 0 && len([]rune(value)) > limit {
				t.Errorf("%s: %d characters, at most %d", path, len([]rune(value)), limit)
			}
		}
	}
	if text, err := Manifest("", ""); err != nil || !strings.Contains(text, `"/wechat"`) {
		t.Errorf("without a command the manifest has not /wechat: %v", err)
	}
}

// In HTTP mode Slack posts everything to one address; nothing else differs.
func TestManifestForHTTP(t *testing.T) {
	t.Parallel()
	socket, err := Manifest("", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"https://magpie.example.com", "https://magpie.example.com/"} {
		text, err := Manifest("", host)
		if err != nil {
			t.Fatal(err)
		}
		m, want := readYAML(t, text), readYAML(t, socket)
		const address = "https://magpie.example.com/slack"
		for _, path := range []string{"features.slash_commands.0.url", "settings.interactivity.request_url", "settings.interactivity.message_menu_options_url", "settings.event_subscriptions.request_url"} {
			if got := m[path]; !slices.Equal(got, []string{address}) {
				t.Errorf("%s: %s: got %q, want %s", host, path, got, address)
			}
			delete(m, path)
		}
		if got := m["settings.socket_mode_enabled"]; !slices.Equal(got, []string{"false"}) {
			t.Errorf("%s: socket_mode_enabled: got %q, want false", host, got)
		}
		m["settings.socket_mode_enabled"] = want["settings.socket_mode_enabled"]
		if !reflect.DeepEqual(m, want) {
			t.Errorf("%s: got %v, want %v", host, m, want)
		}
	}
	for _, host := range []string{"http://magpie.example.com", "magpie.example.com", "https://", "https://h/?a=b", "https://u@h"} {
		if text, err := Manifest("", host); err == nil || !strings.Contains(err.Error(), "--url") {
			t.Errorf("%s: got %v and %q, want an error that names --url", host, err, text)
		}
	}
}
