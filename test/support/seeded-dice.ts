import { seededRandom } from './seeded-random.ts';

/** Choices that fall the same way for the same seed. */
export type Dice = {
  /** A whole number from 0 up to `count`, without it. */
  below(count: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  /** Undefined when there are none. */
  pickAny<Item>(items: readonly Item[]): Item | undefined;
  /** One of the names, each as often as its weight among all says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name;
  /** Lets others go first: for a few promises, a turn of the event loop, or up to 3 ms. */
  pause(): Promise<void>;
};

export function seededDice(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (count: number) => Math.floor(random() * count);

  return {
    below,
    chance: (probability) => random() < probability,
    pick: (items) => items[below(items.length)] ?? items[0],
    pickAny: (items) => items[below(items.length)],
    weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
      const names = Object.keys(weights) as [Name, ...Name[]];
      let left = random() * names.reduce((sum, name) => sum + weights[name], 0);
      for (const name of names) {
        left -= weights[name];
        if (left < 0) return name;
      }
      return names[0];
    },
    async pause() {
      const turns = below(10);
      if (turns >= 8) return new Promise((resolve) => setImmediate(resolve));
      if (turns >= 4) return new Promise((resolve) => setTimeout(resolve, below(4)));
      for (let turn = 0; turn < turns; turn++) await null;
    },
  };
}
