package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"
)

// ask puts a question that is answered by yes or no; Ctrl-C is a no.
func (a *app) ask(ctx context.Context, format string, args ...any) bool {
	_, _ = fmt.Fprintf(a.stdout, format+" [y/N] ", args...)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(a.stdin).ReadString('\n')
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case said := <-answer:
		return said == "y" || said == "yes"
	case <-ctx.Done():
		a.say("")
		return false
	}
}
