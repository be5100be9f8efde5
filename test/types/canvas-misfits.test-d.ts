import { describe, it } from "vitest";
import { chain, chord, group } from "../../src/app/canvas/canvas.ts";
import { add, add3, app, greet, join, label, maybe, pair, person, ping, range, shout, text, tsum } from "./canvas-tasks.ts";

describe("what does not compile", () => {
  it("a partial call of what does not fit", () => {
    // @ts-expect-error x and y are numbers
    add.s("2");
    // @ts-expect-error there are two parameters
    add.s(1, 2, 3);
    // @ts-expect-error `si` takes nothing from before: it must have all
    add.si(1);
    // @ts-expect-error it takes no argument
    ping.s(1);
    // @ts-expect-error the second one is a number
    shout.s("a", "b");
    // @ts-expect-error what is given stands last: a number
    add.signature(["2"]);
    // @ts-expect-error the option is `countdown`
    add.signature([2], undefined, { countDown: 1 });
    // @ts-expect-error the option is `queue`
    add.s(1, 2).set({ que: "sums" });
    // @ts-expect-error all words are text
    join.s(1);
    // @ts-expect-error the name stands in front of the numbers
    label.s(1, "a");
  });

  it("a call that has too little or too much", () => {
    // @ts-expect-error y is there, x is missing
    void add.s(2).delay();
    // @ts-expect-error x is a number
    void add.s(2).delay("1");
    // @ts-expect-error it has all
    void add.s(1, 2).delay(3);
    // @ts-expect-error x and y are missing
    void add3.s(1).applyAsync();
    // @ts-expect-error the options are those of a call
    void add.s(1, 2).applyAsync({ eta: "tomorrow" });
    // @ts-expect-error it has room for one more
    add3.s(1, 2).clone([1, 2]);
    // @ts-expect-error a group's members are called with the same arguments
    void group(add.s(1), text.s()).delay();
    // @ts-expect-error one is to be called with a number, one with text
    void group(add.s(1), shout.s(2)).delay(1);
  });

  it("a chain whose next step cannot take what comes", () => {
    // @ts-expect-error the first gives text
    chain(text.s(1), add.s(2));
    // @ts-expect-error the first gives a number
    chain(add.s(1, 2), shout.s());
    // @ts-expect-error the second has all its arguments
    chain(add.s(1, 2), add.s(3, 4));
    // @ts-expect-error the second lacks one beside what comes
    chain(add.s(1, 2), add3.s(3));
    // @ts-expect-error ping gives nothing
    chain(ping.s(), add.s(1));
    // @ts-expect-error ping takes nothing
    chain(add.s(1, 2), ping.s());
    // @ts-expect-error the third takes a number
    chain(add.s(1, 2), text.s(), add.s(3));
    // @ts-expect-error a list is no number
    chain(range.s(3), add.s(1));
    // @ts-expect-error a number is no list
    chain(add.s(1, 2), tsum.s());
    // @ts-expect-error null may come
    chain(maybe.s(1), add.s(2));
    // @ts-expect-error it takes a person
    chain(text.s(1), greet.s());
    // @ts-expect-error in a chain of its own it does not fit either
    chain(chain(add.s(1, 2), text.s()), chain(add.s(1), text.s()));
    // @ts-expect-error text is no number
    chain([text.s(1), add.s(2)]);
    // @ts-expect-error nobody knows what a task without a type gives
    chain(app.signature("other.task"), add.s(1));
    // @ts-expect-error text is no number
    text.s(1).pipe(add.s(2));
    // @ts-expect-error text does not go round
    chain([1, 2].map((x) => text.s(x)));
    // @ts-expect-error no signature
    chain(add.s(1, 2), 5);
    // @ts-expect-error a task is no signature: tasks.s()
    chain(add.s(1, 2), text);
  });

  it("a group or chord that does not fit", () => {
    // @ts-expect-error a number and text are no numbers
    chord([add.s(1, 2), text.s(3)], tsum.s());
    // @ts-expect-error two numbers are no pair of number and text
    chord([add.s(1, 2), add.s(3, 4)], pair.s());
    // @ts-expect-error three are no pair
    chord([add.s(1, 2), text.s(3), text.s(4)], pair.s());
    // @ts-expect-error a list is no number
    chord([add.s(1, 2)], add.s(3));
    // @ts-expect-error the body has no room
    chord([add.s(1, 2)], add.s(3, 4));
    // @ts-expect-error the list is of text
    group(text.s(1), text.s(2)).pipe(tsum.s());
    // @ts-expect-error the group gives a list
    chain(group(add.s(1, 2), add.s(3, 4)), add.s(1));
    // @ts-expect-error its members take a number
    chain(text.s(1), group(add.s(1), add.s(2)));
    // @ts-expect-error one of its members takes no number
    chain(add.s(1, 2), group(add.s(1), shout.s()));
    // @ts-expect-error a chain is no group
    chain(add.s(1, 2), add.s(3)).skew();
    // @ts-expect-error no signatures
    group(1, 2);
  });

  it("a callback that does not fit", () => {
    // @ts-expect-error a number comes
    add.s(1, 2).link(shout.s());
    // @ts-expect-error it has all its arguments: ping.si()
    add.s(1, 2).link(ping.s());
    // @ts-expect-error an errback is given an id
    add.s(1, 2).linkError(add.s(1));
    // @ts-expect-error the last value is text
    chain(add.s(1, 2), text.s()).link(add.s(1));
    // @ts-expect-error a person is no id
    person.s("a").onError(greet.s());
    // @ts-expect-error a list comes
    group(add.s(1, 2), add.s(3, 4)).link(add.s(1));
    // @ts-expect-error items of text are numbers
    text.map(["a"]);
    // @ts-expect-error an item is one argument, and add takes two
    add.map([1]);
    // @ts-expect-error the arguments of one call stand in a list
    add.starmap([1, 2]);
    // @ts-expect-error both are numbers
    add.chunks([[1, "2"]], 10);
  });
});
