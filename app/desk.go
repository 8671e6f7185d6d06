package app

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/exec"

	"magpie/articles"
	"magpie/bot"
	"magpie/config"
)

// furniture is what the settings of the desk name, read once.
type furniture struct {
	price   articles.Price
	words   []articles.Word
	style   string
	font    []byte
	browser string
	themes  *articles.ThemeSet
}

// readFurniture reads what the desk's settings name. The error joins every fault.
func readFurniture(cfg config.Config) (f furniture, _ error) {
	var faults []error
	fault := func(key string, err error) {
		if err != nil {
			faults = append(faults, fmt.Errorf("%s %w", key, err))
		}
	}
	// A path that names nothing is a fault of the configuration's already.
	read := func(key, path string) []byte {
		data, err := os.ReadFile(path)
		if path == "" || errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		fault(key, err)
		return data
	}
	var err error
	f.price, err = articles.ParsePrice(cfg.OpenAIPrice)
	fault("OPENAI_PRICE", err)
	f.words, err = articles.ParseWords(bytes.NewReader(read("BANNED_WORDS", cfg.BannedWords)))
	fault("BANNED_WORDS", err)
	f.style, f.font = string(read("ARTICLE_STYLE", cfg.ArticleStyle)), read("COVER_FONT", cfg.CoverFont)
	if f.font != nil {
		fault("COVER_FONT", articles.ParseFont(f.font))
	}
	if dir := cfg.ArticleThemes; dir != "" {
		if _, err := os.Stat(dir); err == nil {
			f.themes, err = articles.ReadThemes(os.DirFS(dir))
			fault("ARTICLE_THEMES", err)
		}
	}
	f.browser, err = findBrowser(cfg.Chromium)
	fault("CHROMIUM", err)
	return f, errors.Join(faults...)
}

// newDesk furnishes the desk at which articles are written.
func newDesk(cfg config.Config, f furniture, h *house, files *bot.Files, log *slog.Logger) *articles.Desk {
	for _, fault := range f.themes.Faults() {
		log.Warn("a rule of a theme is not drawn", "at", fault.Where(), "kind", fault.Kind, "what", fault.What)
	}
	return articles.New(articles.Options{
		DB: h.db, Jobs: h.jobs, Outbox: h.outbox, Posts: h.posts, Files: files, WeChat: h.accounts,
		Writer: articles.WriterOptions{Key: cfg.OpenAIKey, BaseURL: cfg.OpenAIURL, Model: cfg.OpenAIModel, Silence: cfg.OpenAITimeout, Price: f.price},
		Style:  f.style, Notice: cfg.AINotice, Words: f.words, NoSpacing: cfg.NoSpacing, House: f.themes, CodeStyle: cfg.CodeStyle, CodeLines: cfg.CodeLines, Font: f.font, PreviewTTL: cfg.PreviewTTL, PublicURL: publicURL(cfg, h.listener),
		Browser: f.browser, ImageMemory: cfg.ImageMemory, Language: cfg.Language, Now: h.now, Log: log,
	})
}

// publicURL is how links begin: as it was set, or where pages are served.
func publicURL(cfg config.Config, listener net.Listener) string {
	if cfg.PublicURL != "" || listener == nil {
		return cfg.PublicURL
	}
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// findBrowser finds a Chromium by its path, or by the names it goes under; "" where
// there is none.
func findBrowser(path string) (string, error) {
	switch path {
	case "off":
		return "", nil
	case "":
		for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
			if found, err := exec.LookPath(name); err == nil {
				return found, nil
			}
		}
		return "", nil
	}
	return exec.LookPath(path)
}
