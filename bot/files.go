package bot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"mime"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
	"magpie/emoji"
)

// maxFile is how large a file of Slack's may be that is read.
const maxFile = 10 << 20

// Files reads and shares Slack's files. The bot's token goes to Slack's own hosts and
// to that of the API, nowhere else.
type Files struct {
	client  *slack.Client
	patient *slack.Client // its calls may take as long as they bring or take something
	silence time.Duration // how long they may do neither
	waits   []time.Duration
	host    string // of the API
}

// NewFiles makes a Files. apiURL is the root of Slack's Web API, "" for Slack's own.
func NewFiles(botToken, apiURL string) *Files { return (*Scopes)(nil).NewFiles(botToken, apiURL) }

// NewFiles makes a Files of which s hears what scopes it lacks.
func (s *Scopes) NewFiles(botToken, apiURL string) *Files {
	unhurried := newHTTPClient()
	unhurried.Timeout, unhurried.Transport = 0, s.watch(unhurried.Transport)
	f := &Files{client: s.NewClient(botToken, "", apiURL), patient: newClient(unhurried, botToken, "", apiURL), silence: 30 * time.Second, waits: pictureWaits}
	if u, err := url.Parse(apiURL); err == nil {
		f.host = u.Host
	}
	return f
}

// Fetch reads a file by its id. It refuses, without a code, one that is too large or not to be had.
func (f *Files) Fetch(ctx context.Context, id string) (name string, data []byte, err error) {
	info, _, _, err := f.client.GetFileInfoContext(ctx, id, 0, 0)
	if err != nil {
		return "", nil, tellError("files.info", err)
	}
	if info.Size > maxFile {
		return info.Name, nil, tooBig(info.Name)
	}
	address := first(info.URLPrivateDownload, info.URLPrivate)
	if !f.isSlacks(address) {
		return info.Name, nil, cards.Refuse("bot.file_elsewhere", "file", cards.Code(info.Name))
	}
	var out capped
	if err := f.client.GetFileContext(ctx, address, &out); err != nil {
		if errors.Is(err, errTooLarge) {
			return info.Name, nil, tooBig(info.Name)
		}
		return info.Name, nil, tellError("files", err)
	}
	return info.Name, out.Bytes(), nil
}

// Shared is whose a file is and in which channels it is shared: its channels, groups and
// ims, and what its shares name beside them. A File without an id where Slack shows the
// bot none.
// Slack: files.info, https://docs.slack.dev/reference/objects/file-object
func (f *Files) Shared(ctx context.Context, id string) (cards.File, error) {
	info, _, _, err := f.client.GetFileInfoContext(ctx, id, 0, 0)
	switch {
	case isCode(err, "file_not_found", "file_deleted"):
		return cards.File{}, nil
	case err != nil:
		return cards.File{}, tellError("files.info", err)
	}
	in := slices.Concat(info.Channels, info.Groups, info.IMs, slices.Collect(maps.Keys(info.Shares.Public)), slices.Collect(maps.Keys(info.Shares.Private)))
	slices.Sort(in)
	return cards.File{ID: info.ID, User: info.User, In: slices.Compact(in)}, nil
}

func tooBig(name string) *cards.Refusal {
	return cards.Refuse("bot.file_too_big", "file", cards.Code(name), "limit", maxFile>>20)
}

var errTooLarge = errors.New("too large")

// capped takes so much and no more.
type capped struct{ bytes.Buffer }

func (c *capped) Write(p []byte) (int, error) {
	if c.Len()+len(p) > maxFile {
		return 0, errTooLarge
	}
	return c.Buffer.Write(p)
}

// isSlacks reports whether an address is Slack's own, or of the API's host.
func (f *Files) isSlacks(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Host == "" {
		return false
	}
	if f.host != "" && u.Host == f.host {
		return u.Scheme == "https" || u.Scheme == "http"
	}
	host := u.Hostname()
	return u.Scheme == "https" && (host == "slack.com" || strings.HasSuffix(host, ".slack.com"))
}

// Thread reads a message and the replies to it, in order, each as it was typed,
// with what Slack itself formats as Markdown.
func (f *Files) Thread(ctx context.Context, channel, ts string) ([]string, error) {
	var said []string
	for cursor, pages := "", 0; pages < 20; pages++ {
		messages, more, next, err := f.client.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: channel, Timestamp: ts, Cursor: cursor, Limit: 200,
		})
		if err != nil {
			return nil, tellError("conversations.replies", err)
		}
		for _, m := range messages {
			text, ok := richText(m.Blocks.BlockSet, m.Text)
			if !ok {
				text = asTyped(m.Text)
			}
			if text = emoji.Replace(text); strings.TrimSpace(text) != "" && m.BotID == "" {
				said = append(said, text)
			}
		}
		if !more || next == "" {
			break
		}
		cursor = next
	}
	return said, nil
}

var (
	wrappedLink = regexp.MustCompile(`<((?:https?://|mailto:|tel:)[^<>|\s]*)(?:\|([^<>]*))?>`)
	wrappedName = regexp.MustCompile(`<([@#!][^<>|]*)\|([^<>]*)>`)
	unescape    = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">")
)

// asTyped undoes what Slack does to a message's text: links and names in angle
// brackets, escaped signs.
func asTyped(text string) string {
	text = wrappedLink.ReplaceAllStringFunc(text, func(link string) string {
		m := wrappedLink.FindStringSubmatch(link)
		bare := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(m[1], "mailto:"), "https://"), "http://")
		if m[2] == "" || strings.TrimSuffix(bare, "/") == strings.TrimSuffix(m[2], "/") || m[1] == m[2] {
			return first(m[2], m[1])
		}
		return "[" + m[2] + "](" + m[1] + ")"
	})
	text = wrappedName.ReplaceAllStringFunc(text, func(name string) string {
		m := wrappedName.FindStringSubmatch(name)
		return first(m[2], "<"+m[1]+">") // Slack leaves the name of a private channel empty
	})
	return unescape.Replace(text)
}

// mentioned are the names of those whom a message's text mentions, by how it does: @U1, #C1.
// Its blocks have none.
type mentioned map[string]string

func namesIn(text string) mentioned {
	names := mentioned{}
	for _, m := range wrappedName.FindAllStringSubmatch(text, -1) {
		names[m[1]] = unescape.Replace(m[2])
	}
	return names
}

// Share puts a file into a thread.
func (f *Files) Share(ctx context.Context, at cards.Place, name, title string, data []byte) error {
	return f.ShareFile(ctx, at, name, title, bytes.NewReader(data), int64(len(data)))
}

// ShareFile puts a file into a thread, read from data as it goes, however long that
// takes; it fails where nothing of it is taken for 30 s, and where Slack takes it and does
// not share it.
// Slack: files.getUploadURLExternal, files.completeUploadExternal, files.info
func (f *Files) ShareFile(ctx context.Context, at cards.Place, name, title string, data io.Reader, size int64) error {
	if at.Channel == "" && at.User != "" {
		dm, _, _, err := f.client.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{at.User}})
		if err != nil {
			return tellError("conversations.open", err)
		}
		at.Channel = dm.ID
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watch := time.AfterFunc(f.silence, cancel)
	defer watch.Stop()
	file, err := f.patient.UploadFileContext(ctx, slack.UploadFileParameters{
		Reader: taken{data, watch, f.silence}, FileSize: int(size), Filename: name, Title: title, AltTxt: altText(name, title), Channel: at.Channel, ThreadTimestamp: at.Thread,
	})
	if err != nil {
		return tellError("files.completeUploadExternal", err)
	}
	watch.Stop()
	return f.landed(ctx, file.ID, at.Channel)
}

// altText is what is read out of a picture. Slack answers ok for any other file that has
// one, and shares it nowhere: github.com/slackapi/python-slack-sdk/issues/1818, and 1575.
func altText(name, title string) string {
	if strings.HasPrefix(mime.TypeByExtension(path.Ext(name)), "image/") {
		return title
	}
	return ""
}

var errNotShared = errors.New("the file was taken and not shared")

// landed waits until a file is shared in a channel, for Slack answers before it is. Where
// Slack does not say, it is taken for shared.
func (f *Files) landed(ctx context.Context, id, channel string) error {
	for _, wait := range append([]time.Duration{0}, f.waits...) {
		if err := sleep(ctx, wait); err != nil {
			return tellError("files.info", err)
		}
		file, err := f.Shared(ctx, id)
		if err != nil || slices.Contains(file.In, channel) {
			return nil
		}
	}
	return &TellError{Method: "files.completeUploadExternal", Err: errNotShared, retry: retryLater}
}

// taken is a file on its way to Slack: each piece that is taken sets the watch anew.
type taken struct {
	io.Reader
	watch   *time.Timer
	silence time.Duration
}

func (t taken) Read(p []byte) (int, error) {
	t.watch.Reset(t.silence)
	return t.Reader.Read(p)
}
