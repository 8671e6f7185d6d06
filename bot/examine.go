package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// Examined is what Slack answers whoever wants to know whether the app is set up.
type Examined struct {
	Team, Bot string        // whose token it is
	TokenErr  error         // the bot token is not taken; the rest was not asked then
	Ahead     time.Duration // how far Slack's clock is before this machine's
	// Scopes are those that the app was granted; nil where Slack does not say.
	Scopes []string
	// AppTokenErr says that no socket could be opened; nil as well where there is no token.
	AppTokenErr error
	// Groups and Channels that could not be read, by id.
	Groups, Channels map[string]error
	// BlocksErr says that Slack does not take a card as magpie draws them.
	BlocksErr error
}

// ErrEmptyGroup is that nobody is in a user group.
var ErrEmptyGroup = errors.New("nobody is in it")

// Examine asks Slack about the tokens, the scopes, some user groups and channels, and whether
// it takes a card's blocks. Nothing is posted, and no socket is connected.
//
// Slack: auth.test, apps.connections.open, usergroups.users.list, conversations.info,
// blocks.validate (docs.slack.dev/reference/methods)
func Examine(ctx context.Context, botToken, appToken, apiURL string, groups, channels []string) Examined {
	client := NewClient(botToken, appToken, apiURL)
	e := Examined{Groups: map[string]error{}, Channels: map[string]error{}}
	auth, err := client.AuthTestContext(ctx)
	if err != nil {
		e.TokenErr = err
		return e
	}
	e.Team, e.Bot = auth.Team, auth.User
	if at, err := http.ParseTime(auth.Header.Get("Date")); err == nil {
		e.Ahead = time.Until(at)
	}
	for scope := range strings.SplitSeq(auth.Header.Get("X-OAuth-Scopes"), ",") {
		if scope = strings.TrimSpace(scope); scope != "" {
			e.Scopes = append(e.Scopes, scope)
		}
	}
	if appToken != "" {
		_, _, e.AppTokenErr = client.StartSocketModeContext(ctx)
	}
	for _, id := range groups {
		members, err := client.GetUserGroupMembersContext(ctx, id)
		if err == nil && len(members) == 0 || isCode(err, "no_users", "no_users_in_group", "usergroup_is_empty") {
			err = ErrEmptyGroup
		}
		if err != nil {
			e.Groups[id] = err
		}
	}
	for _, id := range channels {
		if _, err := client.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id}); err != nil {
			e.Channels[id] = err
		}
	}
	e.BlocksErr = validateBlocks(ctx, botToken, apiURL)
	return e
}

// Missing are the scopes of the manifest that were not granted: those without which magpie
// cannot work, and those that some commands alone need.
func (e Examined) Missing() (needed, optional []string) {
	if e.Scopes == nil {
		return nil, nil
	}
	may := manifestList("bot_optional")
	for _, scope := range ManifestScopes() {
		switch {
		case slices.Contains(e.Scopes, scope):
		case slices.Contains(may, scope):
			optional = append(optional, scope)
		default:
			needed = append(needed, scope)
		}
	}
	return needed, optional
}

// ManifestScopes are those that the manifest asks for, the optional ones among them.
func ManifestScopes() []string { return manifestList("bot") }

// manifestList are the entries below a key of the manifest.
func manifestList(key string) (entries []string) {
	_, rest, _ := strings.Cut(manifestText, "\n    "+key+":\n")
	for line := range strings.Lines(rest) {
		entry, isEntry := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if !isEntry {
			break
		}
		entries = append(entries, entry)
	}
	return entries
}

// sampleCard has a block of each sort that a request's card is drawn with.
const sampleCard = `[{"type":"header","text":{"type":"plain_text","text":"#1"}},{"type":"section","text":{"type":"mrkdwn","text":"*Trial*"}},{"type":"section","fields":[{"type":"mrkdwn","text":"*a*\nb"}]},{"type":"rich_text","elements":[{"type":"rich_text_preformatted","elements":[{"type":"text","text":"x"}]}]},{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Approve"},"value":"approve 1","action_id":"a","style":"primary"}]},{"type":"context","elements":[{"type":"mrkdwn","text":"small"}]}]`

// validateBlocks has Slack look at blocks that are not posted. slack-go has no method for it.
// A Slack that does not offer it is no error.
func validateBlocks(ctx context.Context, token, apiURL string) error {
	root := slack.APIURL
	if apiURL != "" {
		root = strings.TrimRight(apiURL, "/") + "/"
	}
	form := url.Values{"blocks": {sampleCard}}.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, root+"blocks.validate", bytes.NewBufferString(form))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	reply, err := newHTTPClient().Do(r)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	var said struct {
		OK     bool
		Error  string
		Errors []struct{ Pointer, Message string }
	}
	if err := json.NewDecoder(reply.Body).Decode(&said); err != nil {
		return fmt.Errorf("no answer in JSON: %w", err)
	}
	if said.OK || said.Error == "unknown_method" {
		return nil
	}
	if len(said.Errors) > 0 {
		return fmt.Errorf("%s: %s %s", said.Error, said.Errors[0].Pointer, said.Errors[0].Message)
	}
	return errors.New(said.Error)
}
