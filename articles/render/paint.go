package render

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// Some of the highlighter's lexers never come to an end on certain short code, others
// take long. Past these bounds code goes without colours.
const (
	// colourWithin is for all the code of one article.
	colourWithin = time.Second
	// maxIdle is how many rules may match one after the other without a step forward.
	maxIdle = 500
	// maxBrushes is how much code is coloured at once. A brush that is stuck stays with
	// whatever holds it, so that no more goroutines than this are ever lost.
	maxBrushes = 3
	maxPainted = 256 // results that are remembered
)

// errEndless says that a lexer found no end within its bounds.
var errEndless = errors.New("the lexer found no end")

// brush has lexers of its own, each of whose rules looks at the bounds, and is used for
// one piece of code at a time.
type brush struct {
	registry *chroma.LexerRegistry
	guarded  map[chroma.Lexer]chroma.Lexer
	until    time.Time
	most     int // rules that may match between two tokens
	matched  int
}

// painter colours code within bounds.
type painter struct {
	free chan *brush

	mu      sync.Mutex
	painted map[piece]result
	stuck   map[chroma.Lexer]bool // not tried again
}

// piece is code in a language.
type piece struct {
	lexer chroma.Lexer
	code  string
}

type result struct {
	tokens []chroma.Token
	err    error
}

func newPainter() *painter {
	p := &painter{free: make(chan *brush, maxBrushes), painted: map[piece]result{}, stuck: map[chroma.Lexer]bool{}}
	for range maxBrushes {
		p.free <- &brush{guarded: map[chroma.Lexer]chroma.Lexer{}}
	}
	return p
}

// colours is the one painter of the process.
var colours = newPainter()

// paint cuts code into tokens. What does not end within that time is errEndless, the
// next time at once. A look at an article is drawn again and again, so that results are
// remembered.
func (p *painter) paint(lexer chroma.Lexer, code string, within time.Duration) ([]chroma.Token, error) {
	of := piece{lexer, code}
	p.mu.Lock()
	known, ok := p.painted[of]
	stuck := p.stuck[lexer]
	p.mu.Unlock()
	if ok || stuck || within <= 0 {
		if !ok {
			known.err = errEndless
		}
		return known.tokens, known.err
	}
	late := time.NewTimer(within)
	defer late.Stop()
	var b *brush
	select {
	case b = <-p.free:
	case <-late.C:
		return nil, errEndless // it may go next time
	}
	b.until, b.most, b.matched = time.Now().Add(within), maxIdle+8*len(code), 0
	done := make(chan result, 1)
	go func() {
		tokens, err := b.tokens(lexer, code)
		done <- result{tokens, err}
		p.mu.Lock()
		delete(p.stuck, lexer)
		p.mu.Unlock()
		p.free <- b
	}()
	var r result
	select {
	case r = <-done:
		p.mu.Lock()
		defer p.mu.Unlock()
	case <-late.C:
		r.err = errEndless
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(done) == 0 {
			p.stuck[lexer] = true
		}
	}
	if r.err != nil && within < colourWithin {
		return nil, r.err // with the time of a whole article it may end
	}
	if len(p.painted) >= maxPainted {
		p.painted = map[piece]result{}
	}
	p.painted[of] = r
	return r.tokens, r.err
}

// tokens reads all tokens of a code. A lexer that gives itself up, by a panic too, is an
// error.
func (b *brush) tokens(lexer chroma.Lexer, code string) (tokens []chroma.Token, err error) {
	defer func() {
		if said := recover(); said != nil {
			tokens, err = nil, fmt.Errorf("%w: %v", errEndless, said)
		}
	}()
	next, err := b.guard(lexer).Tokenise(nil, code)
	if err != nil {
		return nil, err
	}
	idle, read := 0, 0
	for token := next(); token != chroma.EOF; token = next() {
		if token.Value == "" {
			idle++
		} else {
			idle, b.matched = 0, 0
		}
		if read += len(token.Value); idle > maxIdle || read > 2*len(code)+1 || time.Now().After(b.until) {
			return nil, errEndless
		}
		tokens = append(tokens, token)
	}
	return tokens, nil
}

// guard is a lexer whose rules look at the bounds. Those that the highlighter builds of
// two, and hides them, have only the bounds around them.
func (b *brush) guard(lexer chroma.Lexer) chroma.Lexer {
	if b.registry == nil {
		b.registry = chroma.NewLexerRegistry()
		for _, known := range lexers.GlobalLexerRegistry.Lexers {
			if copied := b.copy(known); copied != known {
				b.guarded[known] = b.registry.Register(copied)
			}
		}
	}
	if b.guarded[lexer] == nil {
		b.guarded[lexer] = b.copy(lexer)
	}
	return b.guarded[lexer]
}

// copy is a lexer with the same rules, guarded; the lexer itself where its rules cannot
// be had.
func (b *brush) copy(lexer chroma.Lexer) chroma.Lexer {
	plain, ok := lexer.(*chroma.RegexLexer)
	if !ok {
		return lexer
	}
	copied, err := chroma.NewLexer(plain.Config(), func() chroma.Rules {
		rules := plain.MustRules().Clone()
		for state := range rules {
			for i, rule := range rules[state] {
				if m, ok := rule.Mutator.(chroma.SerialisableMutator); ok && m.MutatorKind() == "include" {
					continue // stands for other rules
				}
				rules[state][i].Type = b.watch(rule.Type)
			}
		}
		return rules
	})
	if err != nil {
		return lexer
	}
	return copied
}

// stood is how long a lexer has stood at one place.
type stood struct{ at, times int }

type stoodKey struct{}

// watch emits what a rule emits, unless that has gone on for too long: a rule that
// matches is the one thing that every endless loop of a lexer goes through.
func (b *brush) watch(emitter chroma.Emitter) chroma.Emitter {
	return chroma.EmitterFunc(func(groups []string, state *chroma.LexerState) chroma.Iterator {
		s, _ := state.Get(stoodKey{}).(stood)
		if s.at != state.Pos {
			s = stood{at: state.Pos}
		}
		s.times++
		state.Set(stoodKey{}, s)
		if b.matched++; s.times > maxIdle || b.matched > b.most || time.Now().After(b.until) {
			panic(errEndless)
		}
		if emitter == nil {
			return chroma.Literator()
		}
		return emitter.Emit(groups, state)
	})
}
