/** Two rising tones, made here: a phone in a pocket is heard. Silent where the browser allows no sound yet. */
export function chime(): void {
  try {
    const audio = new AudioContext();
    const volume = audio.createGain();
    volume.connect(audio.destination);
    volume.gain.value = 0.4;
    tones.forEach((hertz, i) => {
      const tone = audio.createOscillator();
      tone.type = 'square';
      tone.frequency.value = hertz;
      tone.connect(volume);
      tone.start(audio.currentTime + i * toneS);
      tone.stop(audio.currentTime + (i + 0.8) * toneS);
      if (i === tones.length - 1) tone.onended = () => void audio.close();
    });
    void audio.resume().catch(() => undefined);
  } catch (thrown) {
    console.warn('No sound for a new order.', thrown);
  }
}

const tones = [660, 880, 660, 880] as const;
const toneS = 0.25;
